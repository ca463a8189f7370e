import type { Me } from "@segue/protocol";
import { api, ApiError, onSignedOut } from "../api";
import { t } from "../messages";

/** Who is here: nobody yet, somebody, or a house that has not been set up. */
class Session {
  stage = $state<"loading" | "failed" | "set_up" | "sign_in" | "in">("loading");
  demo = $state(false);
  me = $state.raw<Me | null>(null);
  /** Told on the sign-in page: why the person is there again. */
  notice = $state("");

  constructor() {
    onSignedOut(() => {
      if (this.stage === "in") this.leave(t.problems.signedOut);
    });
  }

  async begin(): Promise<void> {
    this.stage = "loading";
    const [setup, me] = await Promise.allSettled([api.setup(), api.me()]);
    // Once set up, the server no longer answers the set-up address.
    if (setup.status === "fulfilled") {
      this.demo = setup.value.demo;
      if (setup.value.needed) {
        this.stage = "set_up";
        return;
      }
    }
    if (me.status === "fulfilled") this.enter(me.value);
    else this.stage = me.reason instanceof ApiError && me.reason.status === 401 ? "sign_in" : "failed";
  }

  enter(me: Me): void {
    this.me = me;
    this.notice = "";
    this.stage = "in";
  }

  leave(notice = ""): void {
    this.me = null;
    this.notice = notice;
    this.stage = "sign_in";
    sessionStorage.clear();
  }
}

export const session = new Session();
