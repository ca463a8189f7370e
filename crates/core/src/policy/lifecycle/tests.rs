//! A life told in words: what is wished, and where everything stands then.

use proptest::prelude::*;

use super::*;

/// Wishes in words, each with what it comes to: `2 shadow`, `2 rollout 50`, `2 live`, `2 retire`, `save`, `back`.
fn wish(lifecycle: &mut Lifecycle, at_ms: AtMs, words: &str) -> Result<(), Refusal> {
    let mut parts = words.split(' ');
    let first = parts.next().unwrap_or_default();
    let (version, what) = match (first, parts.next()) {
        ("save", _) => (lifecycle.next_version(), What::Saved),
        ("back", _) => (lifecycle.roll_back()?, What::RolledBack),
        (version, wanted) => {
            let version = version.parse().expect("a number");
            let mut share = || parts.next().map_or(f32::NAN, |share| share.parse().expect("a number"));
            let wish = match wanted {
                Some("shadow") => Wish::Shadow(None),
                Some("rollout") => Wish::RollOut(share(), None),
                Some("live") => Wish::Live,
                _ => Wish::Retire,
            };
            (version, lifecycle.decide(version, wish)?)
        }
    };
    lifecycle.apply(Change { at_ms, actor: "ingrid".into(), version, what, why: None });
    Ok(())
}

fn born() -> Lifecycle {
    let change = |what| Change { at_ms: 0, actor: "segue".into(), version: 1, what, why: None };
    Lifecycle::of([change(What::Saved), change(What::WentLive)])
}

/// `1 live, 2 shadow` and so on, with the trial and what was refused.
fn told(wishes: &[&str]) -> String {
    let mut lifecycle = born();
    let mut refused = String::new();
    for (index, words) in wishes.iter().enumerate() {
        if let Err(refusal) = wish(&mut lifecycle, index as AtMs + 1, words) {
            refused.push_str(&format!(" | {refusal}"));
        }
    }
    let stages = lifecycle.stages.iter().map(|(version, stage)| format!("{version} {stage:?}"));
    let trial = lifecycle.trial().map(|trial| {
        let share = trial.percent.map_or_else(String::new, |percent| format!(" {percent} %"));
        format!(" | trial {}{share} since {}", trial.version, trial.since_ms)
    });
    format!(
        "live {}: {}{}{refused}",
        lifecycle.live(),
        stages.collect::<Vec<_>>().join(", "),
        trial.unwrap_or_default()
    )
}

#[test]
fn versions_go_their_way() {
    for (wishes, expected) in [
        (&[][..], "live 1: 1 Live"),
        (&["save"], "live 1: 1 Live, 2 Draft"),
        (&["save", "2 shadow"], "live 1: 1 Live, 2 Shadow | trial 2 since 2"),
        (&["save", "2 shadow", "2 rollout 5"], "live 1: 1 Live, 2 Rollout | trial 2 5 % since 3"),
        (&["save", "2 rollout 5", "2 rollout 50"], "live 1: 1 Live, 2 Rollout | trial 2 50 % since 2"),
        (&["save", "2 rollout 5", "2 live"], "live 2: 1 Retired, 2 Live"),
        (&["save", "2 rollout 5", "back"], "live 1: 1 Live, 2 RolledBack"),
        (&["save", "2 live", "back"], "live 1: 1 Live, 2 RolledBack"),
        (
            &["save", "2 live", "save", "3 shadow", "back", "back"],
            "live 1: 1 Live, 2 RolledBack, 3 RolledBack",
        ),
        (&["save", "2 live", "1 live", "back"], "live 2: 1 RolledBack, 2 Live"),
        (&["save", "2 live", "back", "2 live"], "live 2: 1 Retired, 2 Live"),
        (&["save", "2 retire"], "live 1: 1 Live, 2 Retired"),
        (&["save", "2 retire", "2 shadow"], "live 1: 1 Live, 2 Shadow | trial 2 since 3"),
    ] {
        assert_eq!(told(wishes), expected, "{wishes:?}");
    }
}

#[test]
fn what_makes_no_sense_is_refused() {
    for (wishes, refusal) in [
        (&["back"][..], "no version was live before this one"),
        (&["7 live"], "there is no version 7"),
        (&["1 shadow"], "version 1 is live; put another one live first"),
        (&["1 retire"], "version 1 is live; put another one live first"),
        (&["save", "save", "2 shadow", "3 shadow"], "version 2 is on trial; end its trial first"),
        (&["save", "save", "2 shadow", "3 live"], "version 2 is on trial; end its trial first"),
        (&["save", "2 shadow", "2 retire"], "version 2 is on trial; end its trial first"),
        (&["save", "2 rollout 0"], "the share of a roll-out is above 0 and at most 100 percent"),
        (&["save", "2 rollout 101"], "the share of a roll-out is above 0 and at most 100 percent"),
        (&["save", "2 rollout"], "the share of a roll-out is above 0 and at most 100 percent"),
    ] {
        let told = told(wishes);
        assert!(told.ends_with(&format!(" | {refusal}")), "{wishes:?}: {told}");
    }
    let mut lifecycle = born();
    wish(&mut lifecycle, 1, "save").unwrap();
    let guard = Guard { limit: f64::NAN, ..Guard::default() };
    assert_eq!(lifecycle.decide(2, Wish::Shadow(Some(guard))), Err(Refusal::Guard));
}

#[test]
fn a_trial_keeps_its_guard_and_leaves_a_run() {
    let mut lifecycle = born();
    wish(&mut lifecycle, 1, "save").unwrap();
    let guard = Guard { metric: Metric::MissedRate, limit: 0.03, least: 20 };
    let what = lifecycle.decide(2, Wish::RollOut(5.0, Some(guard))).unwrap();
    lifecycle.apply(Change { at_ms: 2, actor: "ingrid".into(), version: 2, what, why: None });
    wish(&mut lifecycle, 3, "2 rollout 50").unwrap();
    assert_eq!(lifecycle.trial().map(|trial| trial.guard), Some(guard));
    wish(&mut lifecycle, 4, "2 live").unwrap();
    let run =
        Run { version: 2, against: 1, stage: TrialStage::Rollout, since_ms: 2, until_ms: Some(4), guard };
    assert_eq!(lifecycle.runs(), [run]);
}

#[test]
fn changes_read_back_from_json() {
    let mut lifecycle = born();
    for (at_ms, words) in ["save", "2 shadow", "2 rollout 12.5", "2 live", "back"].into_iter().enumerate() {
        wish(&mut lifecycle, at_ms as AtMs, words).unwrap();
    }
    let json = serde_json::to_string(lifecycle.changes()).unwrap();
    assert!(json.contains(r#""what":"rolled_out","percent":12.5"#), "{json}");
    let changes: Vec<Change> = serde_json::from_str(&json).unwrap();
    assert_eq!(Lifecycle::of(changes), lifecycle);
}

#[test]
fn a_conversation_keeps_the_side_on_which_it_began() {
    let mut lifecycle = born();
    wish(&mut lifecycle, 1, "save").unwrap();
    wish(&mut lifecycle, 100, "2 rollout 10").unwrap();
    wish(&mut lifecycle, 200, "2 rollout 60").unwrap();
    let trial = lifecycle.trial().unwrap();
    let ids: Vec<ConversationId> =
        (0..2_000).map(|n| ConversationId::parse(&format!("c{n}")).unwrap()).collect();
    let taken = |at_ms| ids.iter().filter(|id| trial.takes(id, at_ms)).count();
    assert_eq!(taken(99), 0);
    assert!((140..260).contains(&taken(100)) && taken(199) == taken(100), "{}", taken(100));
    assert!((1_100..1_300).contains(&taken(200)), "{}", taken(200));
    assert!(ids.iter().all(|id| !trial.takes(id, 150) || trial.takes(id, 250)), "a growing share only adds");
}

proptest! {
    #[test]
    fn something_is_always_live_and_one_version_at_most_on_trial(
        wishes in prop::collection::vec((0_u8..6, 1_u32..5, 1_u32..=100), 0..40),
    ) {
        let mut lifecycle = born();
        for (index, (kind, version, share)) in wishes.into_iter().enumerate() {
            let words = match kind {
                0 => "save".to_owned(),
                1 => "back".to_owned(),
                2 => format!("{version} shadow"),
                3 => format!("{version} rollout {share}"),
                4 => format!("{version} live"),
                _ => format!("{version} retire"),
            };
            let _ = wish(&mut lifecycle, index as AtMs, &words);
            let of = |wanted: &[Stage]| lifecycle.stages.values().filter(|stage| wanted.contains(stage)).count();
            prop_assert_eq!(lifecycle.stage(lifecycle.live()), Some(Stage::Live));
            prop_assert_eq!(of(&[Stage::Live]), 1);
            prop_assert_eq!(of(&[Stage::Shadow, Stage::Rollout]), usize::from(lifecycle.trial().is_some()));
            let open = lifecycle.runs().iter().filter(|run| run.until_ms.is_none()).count();
            prop_assert_eq!(open, usize::from(lifecycle.trial().is_some()));
        }
        prop_assert_eq!(Lifecycle::of(lifecycle.changes().to_vec()), lifecycle);
    }
}
