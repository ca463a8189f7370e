//! Who is asked, in which order, and where a handoff goes when a squad is closed.

#[path = "floor/router.rs"]
mod router;

use segue_core::{
    context::ContextPackage,
    floor::{Floor, Waiting},
    handoff::Needs,
    ids::{AgentId, ConversationId, OrganisationId, SquadId},
    organisation::{AgentProfile, Organisation},
    queue::{self, Coverage},
    reading::TopicKind,
    routing::{Channel, Presence},
    trigger::Reason,
};

const START: i64 = 1_800_000_000_000;

fn squad(id: &str) -> SquadId {
    SquadId::parse(id).expect("an id")
}

fn floor(agents: &[(&str, &str, u8, &str)]) -> Floor {
    let organisation = Organisation::new(OrganisationId::parse("acme").expect("an id"), "Acme");
    let mut floor = Floor::new(&organisation);
    for (name, at, level, languages) in agents {
        let id = AgentId::parse(name).expect("an id");
        floor.seat(AgentProfile {
            squads: vec![squad(at)],
            skills: [((*at).to_owned(), *level)].into(),
            languages: languages.split(' ').map(str::to_owned).collect(),
            capacity: 1,
            ..AgentProfile::new(id.clone(), name, &format!("{name}@acme.example"))
        });
        floor.set_presence(&id, Presence::Available);
    }
    floor
}

fn waiting(id: &str, tier: &str, refused_by: &[&str]) -> Waiting {
    Waiting {
        conversation: ConversationId::parse(id).expect("an id"),
        epoch: 1,
        needs: Needs {
            squad: squad("billing"),
            skill: "billing".into(),
            language: Some("es".into()),
            tier: Some(tier.into()),
            priority: 0,
            first_reply_s: None,
            only: None,
        },
        channel: Channel::Chat,
        since_ms: START,
        refused_by: refused_by.iter().map(|name| AgentId::parse(name).expect("an id")).collect(),
    }
}

/// Who is offered what after some seconds, as `conversation>agent`.
fn check(agents: &[(&str, &str, u8, &str)], line: &[Waiting], after_s: i64, expected: &str) {
    let mut floor = floor(agents);
    line.iter().cloned().for_each(|waiting| floor.wait(START, waiting));
    let offers = floor.decide(START + after_s * 1000);
    let shown: Vec<String> =
        offers.iter().map(|offer| format!("{}>{}", offer.conversation, offer.agent)).collect();
    assert_eq!(shown.join(" "), expected);
}

#[test]
fn the_best_of_those_who_fit_is_asked() {
    let team = [("ana", "billing", 3, "es"), ("ben", "billing", 5, "es en"), ("cora", "billing", 5, "en")];
    check(&team, &[waiting("c1", "free", &[])], 0, "c1>ben");
    check(&team, &[waiting("c1", "free", &["ben"])], 0, "c1>ana");
    check(&team, &[waiting("free", "free", &[]), waiting("gold", "enterprise", &[])], 0, "gold>ben free>ana");
}

#[test]
fn what_nobody_has_is_given_up_at_once_and_the_rest_in_time() {
    let english = [("cora", "billing", 5, "en")];
    check(&english, &[waiting("c1", "free", &[])], 0, "c1>cora");
    let elsewhere = [("dan", "technical", 5, "es")];
    check(&elsewhere, &[waiting("c1", "free", &[])], 0, "c1>dan");
    // Ana is there, and takes only one: somebody waits for her before another squad is asked.
    let busy = [("ana", "billing", 3, "es"), ("dan", "technical", 5, "es")];
    let both = [waiting("c1", "free", &[]), waiting("c2", "free", &[])];
    check(&busy, &both, 16, "c1>ana");
    check(&busy, &both, 31, "c1>ana c2>dan");
}

#[test]
fn nobody_is_asked_twice_in_a_row_unless_nobody_else_is_there() {
    let alone = [("ana", "billing", 3, "es")];
    check(&alone, &[waiting("c1", "free", &["ana"])], 20, "");
    check(&alone, &[waiting("c1", "free", &["ana"])], 31, "c1>ana");
    check(&alone, &[waiting("c1", "free", &["ana", "ana", "ana"])], 600, "");
}

#[test]
fn an_agent_is_never_offered_more_than_they_take() {
    let alone = [("ana", "billing", 3, "es")];
    check(&alone, &[waiting("c1", "free", &[]), waiting("c2", "free", &[])], 0, "c1>ana");
}

#[test]
fn a_closed_squad_hands_over_to_its_fallback_or_keeps_a_ticket() {
    let text = r#"
        id = "acme"
        name = "Acme"
        squad = [
          { id = "general", name = "General", skill = "general", default = true },
          { id = "billing", name = "Billing", skill = "billing", topics = ["billing"], hours = ["Mon 00:00-00:01"], fallback = "general" },
          { id = "legal", name = "Legal", skill = "legal", topics = ["legal"], hours = ["Mon 00:00-00:01"] },
        ]
    "#;
    let organisation: Organisation = toml::from_str(text).unwrap();
    let placed = |topic: Option<TopicKind>, there: &[&str]| {
        let id = OrganisationId::parse("acme").unwrap();
        let mut package = ContextPackage::new(id, ConversationId::parse("c1").unwrap());
        package.issue.topics.extend(topic);
        let coverage = Coverage::of(there.iter().map(|id| squad(id)));
        let placement =
            queue::place(&organisation, &package, Reason::ExplicitRequest, None, &coverage, START).unwrap();
        (placement.needs.squad.to_string(), placement.covered)
    };
    let all = ["general", "billing", "legal"];
    assert_eq!(placed(None, &all), ("general".into(), true));
    assert_eq!(placed(Some(TopicKind::Billing), &all), ("general".into(), true));
    assert_eq!(placed(Some(TopicKind::Legal), &all), ("legal".into(), false));
    assert_eq!(placed(None, &[]), ("general".into(), false));
}
