/** The title-bar notice: a prefix while there is something unread, gone without a trace afterwards. */
export class TitleNotice {
  private prefix = "";
  private shown = "";
  private own = document.title;

  /** The page's own title, without the notice. */
  get title(): string {
    if (document.title !== this.shown || this.prefix === "") this.own = document.title;
    return this.own;
  }

  set(prefix: string): void {
    const own = this.title;
    if (prefix === this.prefix) return;
    this.prefix = prefix;
    this.shown = document.title = prefix + own;
  }
}
