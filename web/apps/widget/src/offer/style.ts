/** The measures and colours of the frame's own cards; see frame/style/tokens.css. */
export const CSS = `:host{all:initial}
.at{position:fixed;z-index:2147483000;inset-inline-end:20px;bottom:88px;width:336px;max-width:calc(100vw - 40px)}
.card{position:relative;box-sizing:border-box;max-height:calc(100vh - 108px);max-height:calc(100dvh - 108px);overflow:auto;padding:16px;border:1px solid light-dark(#e6e6ec,#2c2d35);border-radius:16px;background:light-dark(#fff,#17181c);color:light-dark(#1b1c22,#ececf1);box-shadow:0 1px 3px #0000001f,0 12px 40px #0003;font:15px/1.5 ui-sans-serif,system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue","Noto Sans","Liberation Sans",Arial,sans-serif;text-align:start;opacity:0;transform:translateY(6px);transition:opacity .14s,transform .14s}
.card.on{opacity:1;transform:none}
p{margin:0;padding-inline-end:28px;overflow-wrap:anywhere;text-wrap:pretty}
.answers{display:flex;flex-wrap:wrap;gap:8px;margin-top:14px}
button{font:inherit;font-weight:550;font-size:14px;color:inherit;border:1px solid transparent;border-radius:10px;padding:8px 14px;cursor:pointer;transition:background .12s}
button:focus-visible{outline:2px solid var(--text);outline-offset:2px}
.answers button{flex:1 1 auto}
.yes{background:var(--fill);color:var(--on)}
.yes:hover{background:color-mix(in srgb,var(--fill) 90%,light-dark(#1b1c22,#ececf1))}
.no{background:none;border-color:light-dark(#8a8c99,#767985)}
.no:hover,.close:hover{background:light-dark(#ebebf1,#2c2d35)}
.close{position:absolute;inset-block-start:10px;inset-inline-end:10px;width:32px;height:32px;padding:0;display:grid;place-items:center;background:none;color:light-dark(#5a5c67,#a9abb7)}
svg{width:20px;height:20px;fill:none;stroke:currentColor;stroke-width:1.7;stroke-linecap:round}
@media(prefers-reduced-motion:reduce){.card,button{transition:none}.card{transform:none}}
@media print{:host{display:none}}`;
