import type { RoutingChannel, RoutingWeights, WhatIf } from "@segue/protocol";

const plural = (n: number, one: string, many: string) => (n === 1 ? `1 ${one}` : `${n} ${many}`);
const people = (n: number) => plural(n, "person", "people");

/** An isolate around a value: it keeps its own direction, and is drawn bold. */
const v = (value: string | number) => `\u2068${value}\u2069`;

const channels: Record<RoutingChannel, { name: string; about: string }> = {
  chat: { name: "Chat", about: "The widget, and whatever else is answered line by line." },
  email: { name: "E-mail", about: "Messages that wait for hours." },
  voice: { name: "Phone", about: "Calls." },
  sms: { name: "SMS", about: "Texts." },
};

const weights: Record<keyof RoutingWeights, { name: string; about: string }> = {
  late_per_min: { name: "Each further minute late", about: "Higher: whoever is late already is answered before somebody who is about to be." },
  abandoned: { name: "A customer who gives up", about: "Higher: impatient customers go first, and patient ones wait longer." },
  quality: { name: "A good fit", about: "Higher: the most skilled agent is asked, though somebody else could answer sooner." },
  unskilled: { name: "Answering without the skill", about: "Higher: customers wait longer before somebody without the skill is asked." },
  sticky: { name: "The agent who knows the customer", about: "Higher: a customer comes back to the same agent, though another is free." },
  load: { name: "A busy agent", about: "Higher: chats spread evenly, though the best agent could take one more." },
};

const strategies: Record<string, { name: string; about: string }> = {
  index: { name: "Segue's own", about: "Weighs what waiting costs against what the slot is worth to those who will come." },
  round_robin: { name: "Round robin", about: "First come, first served; agents in turn." },
  longest_idle: { name: "Longest idle", about: "First come, first served; the agent who has been idle longest." },
  skill_groups: { name: "Skill groups", about: "Each agent answers for what they do best, and helps out after a minute." },
  least_loaded: { name: "Least loaded", about: "The highest tier first; the agent with the fewest conversations." },
  bullseye: { name: "Rings", about: "The best first, wider as the wait goes on; tiers have a head start." },
  criteria_steps: { name: "Criteria that drop", about: "The highest tier first; a level is asked for until a step drops it." },
  gcmu: { name: "Generalised c-mu", about: "The cost of waiting times the speed of service." },
  max_weight: { name: "Longest queue", about: "The longest queue first, weighted by tier and speed." },
  edf: { name: "Earliest deadline", about: "The earliest deadline first." },
};

const states: Record<WhatIf["state"], string> = { running: "Running", done: "Done", failed: "Failed", cancelled: "Cancelled" };

/** The strings of the routing pages. */
export const routing = {
  pages: { people: "People", squads: "Squads", rules: "Rules", whatIf: "What-if" },
  failed: "The settings could not be loaded.",
  unsaved: "Unsaved changes", save: "Save", saving: "Saving…", discard: "Discard", saved: "Saved.", discarded: "Changes discarded.",
  channels, weights, strategies,

  people: {
    title: "People", about: "Who can do what. Levels go from 1 (can help) to 5 (expert).",
    failed: "The people could not be loaded.", none: "Nobody fits these filters.", nobody: "There are no people yet.", clear: "Clear the filters",
    search: "Filter by name", squad: "Squad", skill: "Skill", anySquad: "All squads", anySkill: "All skills",
    show: "Show", skills: "Skills", coverage: "Coverage", filters: "Filters",
    keys: "Arrow keys move. 0 to 5 set a level, Delete clears it, Enter opens the person.",
    matrix: "Skills of people", name: "Name", languages: "Languages", chats: "Chats", shifts: "Shifts", always: "always", noSquad: "no squad",
    level: (person: string, skill: string, level: number) => `${person}, ${skill}: ${level === 0 ? "none" : level}`,
    pick: (person: string, skill: string) => `${skill} of ${person}`, changed: "changed", edit: (name: string) => `Edit ${name}`,
    able: "Can answer", count: (n: number, all: number) => (n === all ? people(all) : `${n} of ${people(all)}`),
    someChanged: (n: number) => `${people(n)} changed`, someSaved: (n: number) => `Saved ${people(n)}.`,
    someFailed: (n: number) => `${people(n)} could not be saved. The changes are kept.`, failedOne: (name: string, why: string) => `${name}: ${why}`,
    nobodyHas: (squad: string, skill: string) => `Nobody in ${v(squad)} has ${v(skill)}.`,
    onlyOne: (person: string, squad: string, skill: string) => `Only ${v(person)} in ${v(squad)} has ${v(skill)}.`,
    warnings: "Where it is thin", moreWarnings: (n: number) => `${n} more`, fewer: "Fewer",
    coverageAbout: "How many people could answer, by skill and language. Whoever takes no chats is not counted.", all: "All", anyLanguage: "Any language",
    squadSkill: "a squad asks for it",
  },

  person: {
    work: "Works", squads: "Squads", noSquads: "There are no squads.", languages: "Languages", languagesHint: "Codes such as en, nl, pt",
    capacity: "Chats at once", shifts: "Shifts", shiftsHint: "One a line, such as Mon-Fri 08:00-16:00. None: day and night.",
    breaks: "Breaks", breaksHint: "One a line, such as Mon-Fri 12:30-13:00.", zone: "Time zone", zoneHint: (zone: string) => `${zone}, as the organisation`,
    newSkill: "Another skill", newSkillHint: "Adds a column", level: "Level", apply: "Apply", badLanguages: "Languages are codes of two or three letters.",
    saveNote: "Nothing is saved before you press Save on the page.",
  },

  week: {
    always: "Day and night", never: "Never", closed: "closed", days: (from: string, to: string) => `${from} to ${to}`,
    day: (days: string, times: string) => `${days}: ${times}`, unread: (line: string) => `“${line}” says nothing. Lines read like Mon-Fri 08:00-20:00, 2026-12-25 or always.`,
    unreadDates: (line: string) => `“${line}” says nothing. Lines read like 2026-12-25, 12-26 or 2026-12-31 09:00-13:00.`,
    everyYear: (day: string) => `${day}, every year`, spans: (from: string, to: string) => `${from}–${to}`, dates: "Special days",
  },

  squads: {
    title: "Squads", about: "What each squad takes, and when it is open.", none: "There are no squads yet.", edit: (name: string) => `Edit ${name}`,
    house: "Holidays and time zone", houseAbout: "They hold for every squad that says nothing else of the same day.", zone: "Time zone", holidays: "Holidays",
    holidaysHint: "One a line, such as 2026-12-25, 12-26 or 2026-12-31 09:00-13:00.", noHolidays: "No holidays.",
    openFor: (when: string | null) => (when ? `Open until ${when}` : "Always open"), closedFor: (when: string | null) => (when ? `Closed until ${when}` : "Closed"),
    takes: "Takes", takesNone: "nothing by itself", takesRest: "what fits no other squad", subjects: "Subjects", areas: "Pages", reasons: "Reasons",
    fallback: "When closed", noFallback: "Nobody steps in", fallbackTo: (name: string) => `${v(name)} steps in`,
    atClose: "At closing time", ticket: "whoever waits becomes a ticket", keep: "whoever waits stays in line until it is back",
    grace: "Still taken after closing, seconds", graceWords: (time: string) => `for ${v(time)} after closing they may still be taken`,
    callbacks: "Callbacks", callbackWords: (n: number, minutes: number) => `${v(n)} in each ${v(`${minutes} minutes`)}`, noCallbacks: "none offered",
    perSlot: "Customers per slot", perSlotHint: "0: none are offered", slot: "Width of a slot, minutes", name: "Name", skill: "Skill", hours: "Hours",
    hoursHint: "One a line. None: day and night.", zoneHint: (zone: string) => `${zone}, as the organisation`,
    isDefault: "Takes what fits no other squad", defaultHint: "One squad does", saved: (name: string) => `${name} saved.`,
    cycle: (names: string) => `${v(names)} step in for each other in a circle. When all of them are closed, nobody does.`,
    lost: (name: string, id: string) => `${v(name)} falls back to ${v(id)}, which does not exist.`,
    close: "Close until…", openUp: "Open until…", end: "Go by the hours again", ended: (name: string) => `${name} goes by its hours again.`,
    closedUntil: (when: string) => `Closed until ${when}`, openUntil: (when: string) => `Open until ${when}`, later: (when: string) => `from ${when}`,
    because: (why: string) => `because: ${why}`, onChannel: (channel: string) => `on ${channel} only`,
  },

  override: {
    close: (name: string) => `Close ${name}`, open: (name: string) => `Open ${name}`, until: "Until", why: "Why", whyHint: "For colleagues",
    inZone: (zone: string) => `Clock of ${zone}`, hour: "In an hour", evening: "Tonight, 22:00", submitClose: "Close it", submitOpen: "Open it",
    past: "That moment is past.", closed: (name: string, when: string) => `${name} is closed until ${when}.`, opened: (name: string, when: string) => `${name} is open until ${when}.`,
  },

  rules: {
    title: "Rules", about: "Who is asked, and what is weighed. A change holds at once; everybody keeps their place in line.",
    ladder: "Who may be asked", ladderAbout: "Earlier steps keep priority. A step for which nobody is there holds nobody up: the next one applies at once.",
    atOnce: "At once", after: (time: string) => `After ${v(time)}`, first: `whoever has the skill, speaks the language and is of the squad.`,
    change: "Change them", usual: "usual", backToUsual: "Back to the usual steps",
    add: "Add a step", edit: (n: number) => `Edit step ${n}`, remove: (n: number) => `Remove step ${n}`, up: (n: number) => `Move step ${n} up`, down: (n: number) => `Move step ${n} down`,
    done: "Done", afterS: "After, seconds", level: "Least level", levels: (n: number) => (n === 0 ? "without the skill" : n === 5 ? "5" : `${n} or more`), whose: "Of which squads",
    own: "its own", some: "these as well", all: "any", speaks: "Only who speaks the language", family: "Only with a skill of the same family", order: "Steps stand in the order of their times.",
    weights: "What weighs how much", weightsAbout: "One conversation of the lowest tier that is late once weighs 1.", reset: (name: string) => `${name}: back to usual`,
    usualIs: (n: string) => `usual ${n}`, value: (name: string) => `${name}, as a number`, onlyIndex: "Only Segue's own strategy weighs.",
    tiers: "Tiers", tiersAbout: "Most important first. A minute late of a tier weighs so many times that of the lowest.", tier: "Tier", reply: "First reply within, s", weight: "Weight",
    addTier: "Add a tier", removeTier: (name: string) => `Remove ${name || "the tier"}`, tierUp: (name: string) => `Move ${name} up`,
    patience: "Waiting and knowing", guard: "A conversation overtakes every other after", guardAbout: "Slowly at first, whatever its tier. Nobody is forgotten.", minutes: "minutes", known: "The last agent is preferred for", hours: "hours",
    knownAbout: "Not where they handed the customer on. 0: never.",
    families: "Families of skills", familiesAbout: "A step may ask for another skill of the same family. Without any, all skills are of one family.", noFamily: "none", familyOf: (skill: string) => `Family of ${skill}`,
    channels: "What a conversation takes", channelsAbout: "In percent of one chat. Somebody with room for four chats has 400.", takes: "Takes, %", silent: "While silent, %", most: "At once", waits: "Can wait", channel: "Channel",
    cell: (channel: string, what: string) => `${channel}: ${what}`, strategy: "Who is best", others: "What others do, for comparison", othersAbout: "What other products do. Replay one as a what-if before you use it.",
    replay: "Replay it first",
  },

  /** What sentences of the ladder are made of. */
  rung: {
    who: (parts: string) => `anyone ${parts}`, inSquad: "in the squad", inSome: (names: string) => `in the squad or ${v(names)}`, inAny: "of any squad",
    speaks: "who speaks the language", anyLanguage: "whatever they speak", level: (n: number) => (n === 5 ? `with level ${v(5)}` : `from level ${v(n)}`), unskilled: "also without the skill",
    family: "with a skill of the same family",
  },

  whatIf: {
    title: "What-if", about: "Replays what really came, with something changed. Nothing of it touches your customers or your settings.",
    replay: "Replay the last", days: "days", with: "with", and: "and", nothing: "Choose at least one change.",
    addPeople: "More people", addWithout: "Without somebody", addDemand: "Other traffic", addWeights: "Other weights", addRules: "The unsaved rules", addLabel: "Add a change",
    more: "more", morePerson: "more person who has", morePeople: "more people who have", count: "How many more", skill: "Skill", level: "Level", atLevel: "at level", languages: "Languages", speaking: "speaking", inSquad: "in", squad: "Squad",
    taking: "taking", chats: "chats at once", working: "working", shifts: "Shifts", shiftsHint: "always, or Mon-Fri 08:00-16:00",
    without: "without", person: "Person", traffic: "traffic of", percent: "% of what came", rules: "the rules as they stand unsaved", editRules: "Change the rules",
    weights: "these weights", remove: (what: string) => `Remove: ${what}`,
    start: "Start", starting: "Starting…", recent: "Recent", recentNone: "No replays yet", recentFailed: "The recent replays could not be loaded.",
    teach: "Ask what two more people would change, or one fewer, before it happens. The replay takes the handoffs of the last weeks, the people and their shifts as they were, and lets the same router decide again.",
    failed: "This replay could not be loaded.", broke: (why: string) => `The replay failed. ${why}`, cancelled: "The replay was cancelled. Nothing is left of it.", again: "Another one",
    running: "Replaying", progress: (done: string, total: string) => `${done} of ${total}`, eta: (time: string) => `about ${time} left`, noEta: "working out how long", keepsGoing: "It goes on when you leave the page.", cancel: "Cancel",
    state: states, dayCount: (n: number) => plural(n, "day", "days"), tooLittle: "Too little has come to say anything", tooLittleAbout: (n: string, days: number) => `${n} handoffs in ${plural(days, "day", "days")} are not enough: chance would decide. Come back after a few hundred, or replay more days.`,
  },

  /** What a change is called, in words. */
  change: {
    people: (n: number, skill: string, language: string | null) => `${n === 1 ? "one more person" : `${n} more people`} for ${skill}${language ? ` in ${language}` : ""}`,
    without: (names: string) => `without ${names}`, more: (share: string) => `${share} more traffic`, less: (share: string) => `${share} less traffic`,
    weights: "other weights", rules: "other rules", tiers: "other tiers", nothing: "nothing changed",
  },

  report: {
    sums: (handoffs: string, from: string, until: string, draws: string) => `${handoffs} handoffs, ${from} to ${until}, replayed ${draws} times with the change and without.`,
    headline: (before: string, after: string, low: string, high: string) => `In time ${v(before)} → ${v(after)} (${low} to ${high} points)`,
    better: "More customers would have been answered in time.", worse: "Fewer customers would have been answered in time.", undecided: "The replay cannot tell this from no change: the interval holds zero.",
    measures: "What would change", measure: "Measure", asIs: "As it is", changed: "Changed", difference: "Difference", tier: "Tier", handoffs: "Handoffs",
    in_time: "Answered in time", abandoned: "Gave up", mean_wait_s: "Mean wait", p95_wait_s: "95 of 100 wait no longer than", utilisation: "Agents busy", cost_per_100: "Cost per 100 handoffs",
    inPoints: "Points", points: (n: string) => `${n} points`, interval: (low: string, high: string) => `${low} to ${high}`,
    tiers: "By tier", check: "Can the replay be believed?", recorded: "Recorded", replayed: "Replayed as it was",
    close: (points: string) => `The replay of what was is within ${v(points)} points of what was recorded.`, far: (points: string) => `The replay of what was is ${v(points)} points off what was recorded. Read the differences with care, and the levels not at all.`,
    lines: "By line", linesAbout: "The biggest gains and losses first.", squad: "Squad", skill: "Skill", language: "Language", wait: "Mean wait", anyLanguage: "any",
    showAll: (n: number) => `Show all ${n}`, hours: "Mean wait by hour", hour: "Hour", hoursAbout: "Hours of the day, on the organisation's clock.", notes: "What to know", chart: "Mean wait by hour of the day",
    s: (n: string) => `${n} s`, min: (n: string) => `${n} min`,
    hourSaid: (hour: string, before: string, after: string) => `${hour}: ${before}, changed ${after}`,
  },

  actions: { people: "Go to people and skills", squads: "Go to squads and hours", rules: "Go to routing rules", whatIf: "Try a what-if", save: "Save the changes of routing" },
  keywords: {
    people: ["skills", "matrix", "coverage", "languages", "shifts", "staff", "routing"], squads: ["hours", "holidays", "open", "close", "override", "fallback", "callback", "routing"],
    rules: ["weights", "tiers", "ladder", "relaxation", "strategy", "routing"], whatIf: ["replay", "simulate", "forecast", "staffing", "routing"], save: ["write", "store"],
  } as Record<string, string[]>,
};
