import type { Disposition, ListName, Outcome, Presence, Reason, State, Timing } from "@segue/protocol";

const reasons: Record<Reason, string> = {
  explicit_request: "Asked for a person",
  always_human_topic: "Topic for people only",
  legal: "Legal matter",
  security: "Security matter",
  safety: "Safety matter",
  authority: "Needs an approval",
  private_scope: "Needs account data",
  low_confidence: "Assistant was unsure",
  frustration: "Frustrated",
  repetition: "Asked again",
  failed_steps: "Steps did not help",
  complexity: "Complex",
  churn_risk: "May leave",
  page_context: "Because of the page",
  sales: "Wants to buy",
  product_feedback: "Feedback",
  anomaly: "Unusual today",
  customer_health: "Account at risk",
  policy: "By policy",
};

const states: Record<State, string> = {
  ai: "With the assistant",
  proposed: "Person proposed",
  requested: "Person requested",
  queued: "Waiting",
  offered: "Offered",
  preparing: "Preparing",
  human: "With an agent",
  wrap_up: "Wrap-up",
  resolved: "Resolved",
  returned: "Back with the assistant",
  transferred: "Transferred",
  ticketed: "Ticket",
  callback: "Callback",
  abandoned: "Left while waiting",
};

const lists: Record<ListName, string> = {
  mine: "Mine",
  squads: "My squads",
  unassigned: "Unassigned",
  waiting: "Waiting",
  callbacks: "Callbacks",
  open: "All open",
  resolved: "Resolved",
  all: "Everything",
};

const presences: Record<Presence, { name: string; about: string }> = {
  available: { name: "Available", about: "New chats are offered to you" },
  busy: { name: "Busy", about: "No new chats; you keep yours" },
  focus: { name: "Focus", about: "Only urgent chats" },
  away: { name: "Away", about: "On a break" },
  offline: { name: "Offline", about: "Not at work" },
};

const outcomes: Record<Outcome, string> = {
  proposed: "not tried yet",
  started: "under way",
  done: "done",
  failed: "did not help",
  worked: "worked",
};

const dispositions: Record<Disposition, string> = {
  solved: "Solved",
  workaround: "Workaround",
  refunded: "Refunded",
  escalated: "Escalated",
  bug_filed: "Bug filed",
  request_filed: "Request filed",
  not_solved: "Not solved",
  no_answer: "No answer",
};

const timings: Record<Timing, string> = { too_early: "Too early", right: "Right", too_late: "Too late" };

const plural = (n: number, one: string, many: string) => (n === 1 ? `1 ${one}` : `${n} ${many}`);

/** Every string of the workspace, in English. Another language is one file of the same shape. */
export const en = {
  lang: "en",
  dir: "ltr" as "ltr" | "rtl",
  product: "Segue",

  reasons, states, lists, presences, outcomes, dispositions, timings,

  kinds: {
    order_id: "Order", order: "Order", invoice: "Invoice", email: "E-mail", phone: "Phone", amount: "Amount",
    date: "Date", error: "Error", error_code: "Error", product: "Product", plan: "Plan", name: "Name",
    address: "Address", url: "Link", tracking: "Tracking", account: "Account", device: "Device", version: "Version",
    order_number: "Order", invoice_number: "Invoice", tracking_number: "Tracking", person_name: "Name", claim_number: "Claim",
    booking_reference: "Booking", product_code: "Product", postal_address: "Address", postal_code: "Postcode",
    policy_number: "Policy", account_number: "Account", membership_level: "Membership", payment_card: "Card", national_id: "Id",
  } as Record<string, string>,

  channels: { web: "chat", chat: "chat", widget: "chat", email: "e-mail", voice: "phone", sms: "SMS", slack: "Slack" } as
    Record<string, string>,

  people: {
    assistant: "Assistant", you: "You", system: "Segue", someone: "An agent", visitor: "Visitor",
    verified: "verified", notVerified: "not verified",
  },

  time: {
    justNow: "now", today: "Today", yesterday: "Yesterday",
    minutes: (n: number) => `${n} min`, hours: (n: number) => `${n} h`, days: (n: number) => `${n} d`,
    late: (time: string) => `${time} late`,
    left: (time: string) => `${time} left`,
    dueIn: (time: string) => `due in ${time}`,
    overdue: (time: string) => `${time} overdue`,
    there: (time: string) => `${time} there`,
    seconds: (n: number) => plural(n, "second", "seconds"),
  },

  signIn: {
    title: "Sign in", email: "E-mail", password: "Password", submit: "Sign in", busy: "Signing in…",
    demo: "Or look around as", demoAbout: "A demo with invented people. One tap signs you in.",
    sites: "Be a customer", sitesAbout: "Open a demo site in another tab and talk to its assistant.",
    as: "Sign in as",
    opens: "opens in a new tab",
  },

  setUp: {
    title: "Set up Segue", about: "One minute, and you are the owner.",
    organisation: "Organisation", organisationHint: "What your customers call you",
    name: "Your name", email: "E-mail", password: "Password", passwordHint: "12 characters or more",
    demo: "Load the demo", demoAbout: "A shop and a software company with agents, articles and customers who chat live.",
    submit: "Start", busy: "Starting…",
  },

  list: {
    label: "Conversations", views: "Views", offered: "Offered to you", acceptIn: "accept in",
    squadsWaiting: "Waiting in my squads",
    search: "Search in this list", clear: "Clear the search",
    unread: "new", late: "The answer is late", wait: "Wait against the promised time",
    callback: (when: string) => `Callback ${when}`,
    callbackAbout: (when: string, asked: string) => `Callback ${when}, asked ${asked}`,
    callbackDue: "Callback due", callbackMissed: (n: number) => (n === 1 ? "not reached once" : `not reached ${n} times`),
    overdue: "Promise overdue", refused: "Nobody takes it", tags: { urgent: "Urgent", high: "High", normal: "Normal" } as Record<string, string>,
    trend: (percent: number) => `Frustration now ${percent} %`,
    more: "Load more", loading: "Loading…",
    empty: {
      mine: "Nothing on your desk. Offers arrive here.",
      squads: "Your squads have no open conversations.",
      unassigned: "Every conversation has somebody.",
      waiting: "Nobody is waiting.",
      callbacks: "No callbacks are agreed on.",
      open: "No open conversations.",
      resolved: "Nothing resolved yet.",
      all: "No conversations yet.",
    } as Record<ListName, string>,
    noMatch: (text: string) => `Nothing here matches “${text}”.`,
  },

  offer: {
    label: (who: string) => `Offer: ${who}`,
    youBecause: "You:", left: (n: number) => `${plural(n, "second", "seconds")} to accept`,
    missed: "The offer went to somebody else.", title: (who: string) => `Offer: ${who}`,
    gone: "The offer is gone: it was taken or ran out.",
  },

  conversation: {
    label: "Conversation", none: "No conversation open",
    noneAbout: (waiting: number) =>
      waiting === 0 ? "Nobody is waiting. Enjoy the quiet." : `${plural(waiting, "person waits", "people wait")} for an answer.`,
    on: (page: string) => `on ${page}`, online: "has the chat open", offline: "has left the chat",
    back: "Back to the list", stream: "Messages",
    failed: "This conversation could not be loaded.", retry: "Try again", loading: "Loading the conversation…",
    withYou: "With you", withAgent: (name: string) => `With ${name}`,
    omitted: (n: number) => `${plural(n, "earlier message is", "earlier messages are")} not shown`,
    typing: (name: string) => `${name} is typing`, newest: "New messages",
    sure: (percent: number) => `${percent} % sure`, cites: "from", private: "private note", told: "Told the customer",
    pending: "Sending…", sent: "Sent", notSent: "Not sent.", resend: "Send again", discard: "Discard",
    said: (who: string, text: string) => `${who} says: ${text}`,
    refusedByAll: (who: string) => `Everybody who could take ${who} declined or missed it. Assign somebody.`,
    promiseOverdue: (who: string) => `A promise to ${who} is overdue. Somebody has to answer.`, show: "Show",
    ticket: (due: string) => `Ticket, answer promised by ${due}`,
    rated: (score: number) => `Rated ${score} of 5`,
    ratedWith: (score: number, comment: string) => `Rated ${score} of 5: “${comment}”`,
    opensHost: (host: string) => `opens ${host} in a new tab`,
    emptyStream: "No messages yet.", why: "Why?",
    held: (why: string) => (why ? `No handoff yet: ${why}` : "No handoff yet"),
  },

  prepare: {
    label: "Preparation", left: (n: number) => `Reading time, ${n} s left`, over: "Joining…", lines: "Opening lines",
    reading: "The customer sees that you are reading.",
    insert: (n: number) => `Insert opening line ${n}`,
  },

  wrapUp: { label: "Wrap-up", left: (time: string) => `Wrap-up, ${time} left`, over: "Wrap-up is over" },

  composer: {
    label: "Write", reply: "Reply", note: "Note", send: "Send", addNote: "Add note",
    replyHint: (name: string) => `Reply to ${name}`, noteHint: "A note that only colleagues see",
    take: "Take this conversation to reply.", withOther: (name: string) => `${name} has this conversation.`,
    closed: "This conversation is closed. Notes are still possible.", withAi: "The assistant is answering.",
    mode: "Kind of message",
  },

  resolve: {
    title: "Resolve", disposition: "How did it end?", timing: "Was this transfer too early, right, too late?",
    guess: "our guess", note: "Note for colleagues (optional)", submit: "Resolve", cancel: "Cancel",
  },

  transfer: {
    title: "Transfer", to: "To", squads: "Squads", people: "People", assistant: "Back to the assistant",
    assistantAbout: "It continues from your summary.", reason: "Why", summary: "Summary for the assistant",
    reasonHint: "One line that helps whoever takes over", submit: "Transfer", return: "Hand back", cancel: "Cancel",
    load: (load: number, capacity: number) => `${load} of ${capacity}`, loading: "Loading squads and people…",
    search: "Find a squad or a person",
  },

  briefing: {
    label: "Briefing", show: "Briefing", hide: "Close the briefing", complete: "nothing missing",
    why: "Why you, what to focus on", noHandoff: "What it is about", evidence: "Evidence",
    summary: "Summary", worded: "in a model's words, checked", wants: "Wants", facts: "Already given", copyHint: "click to copy", copied: "Copied",
    copy: (what: string) => `Copy ${what}`, promises: "Promises", steps: "Tried", mood: "Mood",
    moodTurned: (time: string) => `turned at ${time}`, after: "after", corrected: "taken back", calm: "calm", upset: "upset", moodTable: "As a table",
    moodChart: "Frustration over the customer's messages", columns: { time: "Time", frustration: "Frustration", urgency: "Urgency", tone: "Tone" },
    account: "Account", company: "Company", tier: "Tier", email: "E-mail", contact: "Contact", zone: "Local time",
    page: "Page and journey", now: "now", articles: "Articles", insert: "Insert", notes: "Notes", missing: "Could not be reached",
    missingLine: (source: string, why: string) => `${source}: ${why}`, solved: "Solved before",
    source: (who: string, time: string) => `${who}, ${time}`, goTo: "Show the message of",
    due: (when: string) => `due ${when}`, kept: (when: string) => `kept ${when}`,
    callback: "Callback", callbackAt: (from: string, until: string) => `${from} to ${until}`, asked: (when: string) => `asked ${when}`, reachAt: "Reach at",
    loading: "Loading the briefing…", empty: "The briefing fills as the conversation goes on.",
    candidates: "Who could take it", candidatesFailed: "It cannot be said just now who could take it.",
    candidate: (skill: string, level: number, chats: number, capacity: number) =>
      `${level > 0 ? `${skill} ${level}` : `without ${skill}`}, ${chats} of ${capacity} chats`,
    noLanguage: (language: string) => `does not speak ${language}`,
    standings: {
      asked: "is being asked", may: "may be asked now", kept_free: "kept free for more urgent customers", others_qualify: "only while nobody who qualifies is free",
      refused: "declined or missed it", no_room: "has no room", not_responding: "does not respond", busy: "takes nothing new",
      not_there: "not there", never_qualifies: "lacks what it needs",
    },
    later: (seconds: number) => `after ${seconds} s of waiting`,
    nobodyElse: (there: number, lack: number) =>
      [there > 0 ? `${there} not there` : "", lack > 0 ? `${lack} without what it needs` : ""].filter(Boolean).join(", "),
    assign: "Assign", assignTo: (name: string) => `Assign to ${name}`,
    complexity: "Complexity", nothingYet: "none yet", by: (who: string) => `by ${who}`,
  },

  tickets: {
    title: "Tickets", label: "Tickets", empty: "No tickets. When nobody can answer, the whole conversation lands here.",
    open: "Open", done: "Done", due: "Promised by", contact: "Answer to", created: "Created", choose: "Choose a ticket to see its conversation.",
    failed: "Tickets could not be loaded.", openConversation: "Open the conversation",
  },

  palette: {
    title: "Commands", hint: "Search or run a command", empty: "No command matches.", conversations: "Conversations",
    groups: {
      conversation: "Conversation", move: "Go to", policy: "Policy", presence: "Presence", look: "Settings", help: "Help",
    } as Record<string, string>,
  },

  help: { title: "Keys", about: "Every action is in the palette as well.", close: "Close" },

  studio: { loading: "Loading the studio…", failed: "The studio could not be loaded. Check the network and try again." },

  status: {
    label: "Connection", reconnecting: "Reconnecting…", retryIn: (n: number) => `Reconnecting in ${n} s. What you send is kept.`,
    tryNow: "Try now", connecting: "Connecting…", loading: "Loading…",
    failed: "Segue did not answer. Check the network and try again.", retry: "Try again",
    offline: "No network. What you send is kept and goes out when it is back.", dismiss: "Dismiss",
  },

  presence: {
    label: "Presence:", menu: "Presence and settings",
    load: (load: number, capacity: number) => `${load} of ${capacity} chats`, signOut: "Sign out",
    sound: "Sound on an offer", desktop: "Desktop notifications", desktopDenied: "blocked by the browser",
  },

  themes: { light: "Light", dark: "Dark", system: "System" },

  rail: { label: "Pages", inbox: "Inbox", tickets: "Tickets", studio: "Studio" },

  actions: {
    accept: "Accept the offer", decline: "Decline the offer", acceptShort: "Accept", declineShort: "Decline",
    claim: "Take this conversation", claimShort: "Take", join: "Join now", reply: "Reply", note: "Write a note",
    send: "Send", resolve: "Resolve", transfer: "Transfer", finish: "Finish wrap-up", finishShort: "Finish now",
    opening: (n: number) => `Insert opening line ${n}`, next: "Next conversation", previous: "Previous conversation",
    search: "Search in the list", palette: "Commands", help: "Keys", briefing: "Show or hide the briefing",
    goTo: (list: string) => `Go to ${list}`, tickets: "Go to tickets", triggers: "Go to triggers and policy", routing: "Go to routing", setPresence: (name: string) => `Set me ${name}`,
    theme: (name: string) => `Look: ${name}`, sound: "Sound on or off", desktop: "Allow desktop notifications",
    signOut: "Sign out", close: "Close the conversation", copyLink: "Copy a link to this conversation", top: "Show the first message", reconnect: "Reconnect now",
  },

  keywords: {
    accept: ["take", "yes", "offer"], decline: ["no", "reject", "offer"], claim: ["assign", "mine", "take"], join: ["start", "begin"],
    reply: ["answer", "write", "message"], note: ["private", "internal", "comment"], resolve: ["close", "done", "solve", "end"],
    transfer: ["hand over", "escalate", "squad", "assistant", "return", "assign"], finish: ["end", "wrap-up", "free"], search: ["find", "filter"],
    briefing: ["context", "panel", "facts"], presence: ["status"], theme: ["dark", "light", "colour"], list: ["view", "list", "inbox"],
    routing: ["studio", "people", "skills", "squads", "hours", "weights", "what-if"], triggers: ["studio", "policy", "rules", "thresholds", "backtest"], sound: ["beep", "mute"], desktop: ["notification", "alert"], opening: ["greeting", "first line"],
  } as Record<string, string[]>,

  problems: {
    network: "Segue could not be reached. Check the network; nothing was lost.",
    generic: (status: number) => `Segue refused this (${status}). Try again.`,
    signedOut: "You have been signed out. Sign in again to go on.",
    credentials: "That e-mail and password do not match.",
  },
};

export type Messages = typeof en;
