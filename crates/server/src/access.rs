//! One matrix of roles and actions; [`authorise`] is the only place that reads it.

use segue_core::organisation::StaffRole;

use crate::error::ApiError;

/// What a member of staff may want to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// See conversations, tickets, reports.
    Read,
    /// Answer customers: accept, reply, note, resolve.
    Answer,
    /// Change settings, squads, articles, policy.
    Tune,
    /// Manage people, keys, erasure.
    Manage,
}

/// Every role with what it may do. `read answer tune manage`
const MATRIX: &[(StaffRole, [bool; 4])] = &[
    (StaffRole::Owner, [true, true, true, true]),
    (StaffRole::Admin, [true, true, true, true]),
    (StaffRole::Supervisor, [true, true, true, false]),
    (StaffRole::Agent, [true, true, false, false]),
    (StaffRole::Viewer, [true, false, false, false]),
];

/// Refuses what the role may not do.
pub fn authorise(role: StaffRole, action: Action) -> Result<(), ApiError> {
    let column = match action {
        Action::Read => 0,
        Action::Answer => 1,
        Action::Tune => 2,
        Action::Manage => 3,
    };
    let allowed = MATRIX.iter().any(|(known, row)| *known == role && row[column]);
    if allowed { Ok(()) } else { Err(ApiError::forbidden()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_does_what_the_matrix_says_and_no_more() {
        assert_eq!(authorise(StaffRole::Viewer, Action::Read), Ok(()));
        assert_eq!(authorise(StaffRole::Viewer, Action::Answer), Err(ApiError::forbidden()));
        assert_eq!(authorise(StaffRole::Agent, Action::Tune), Err(ApiError::forbidden()));
        assert_eq!(authorise(StaffRole::Supervisor, Action::Manage), Err(ApiError::forbidden()));
        assert_eq!(authorise(StaffRole::Owner, Action::Manage), Ok(()));
    }
}
