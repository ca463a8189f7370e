//! The contract of the store, run against every engine. A new engine adds a [`Place`] and one line at the end.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod commits;
mod erasing;
mod files;
mod racing;
mod records;
mod support;
mod views;
mod working;

macro_rules! contract {
    ($engine:ident: $place:expr; $($module:ident { $($test:ident)* })*) => {
        mod $engine {
            $(mod $module {
                $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $test() {
                    crate::$module::$test($place).await;
                })*
            })*
        }
    };
}

macro_rules! engines {
    ($($engine:ident: $place:expr;)*) => {
        $(contract! { $engine: $place;
            commits {
                sequences_have_no_gaps a_stale_command_conflicts a_repeated_request_is_answered_as_before
                a_used_id_with_another_body_is_refused a_refused_commit_writes_nothing
                a_replay_wins_over_a_conflict_and_a_full_agent malformed_commits_are_refused
                a_snapshot_shortens_the_tail reopening_finds_everything a_scan_sees_every_conversation
                events_come_in_pages organisations_do_not_see_each_other
            }
            racing {
                one_of_a_thousand_starts_wins one_of_a_hundred_takers_owns
                one_of_a_hundred_repeats_writes writers_of_many_conversations_do_not_disturb_each_other
            }
            views {
                views_hold_what_they_say pages_join_without_gap_or_overlap the_most_urgent_comes_first
                deadlines_pass_in_order waiting_and_claims_rebuild_a_router
            }
            working {
                effects_are_leased_put_off_and_buried an_effect_happens_under_one_id_only
                claims_are_bounded_and_returned a_handoff_has_one_ticket tickets_come_in_pages
            }
            records {
                records_keep_versions_and_lookups sessions_expire a_lookup_is_unique_in_its_scope
                the_audit_chain_notices_any_change
            }
            erasing {
                an_erased_customer_is_unreadable_and_others_are_not an_erased_customer_may_come_back
                former_identities_go_along a_backup_restores_to_the_same_hash
                an_old_backup_stays_unreadable an_old_copy_of_the_keys_learns_of_erasures
                restoring_never_overwrites
            }
        })*
    };
}

engines! {
    sqlite: crate::support::Place::sqlite();
}
