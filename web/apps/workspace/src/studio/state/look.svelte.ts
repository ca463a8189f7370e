const KEY = "segue.policy.view";

/** How the policy is shown, as the person left it. */
class Look {
  view = $state<"cards" | "text">(localStorage.getItem(KEY) === "text" ? "text" : "cards");

  show(view: "cards" | "text"): void {
    this.view = view;
    localStorage.setItem(KEY, view);
  }
}

export const look = new Look();
