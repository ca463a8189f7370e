//! Records: small JSON documents of an organisation, sealed at rest.

use segue_core::ids::{AtMs, OrganisationId};

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $scope:ident;)*) => {
        /// What a record is. The lookup value of a record is unique within its kind and scope.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum RecordKind { $($(#[$doc])* $name,)* }

        impl RecordKind {
            /// Every kind.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// Its name in the database.
            pub fn as_str(self) -> &'static str { match self { $(Self::$name => $text,)* } }

            /// Within what a lookup value is unique.
            pub fn scope(self) -> LookupScope { match self { $(Self::$name => LookupScope::$scope,)* } }
        }
    };
}

/// Within what a lookup value is unique.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LookupScope {
    /// Everywhere: the lookup finds the organisation.
    Store,
    /// Within one organisation.
    Organisation,
}

kinds! {
    /// A tenant, under its own id. Lookup: host name or slug.
    Organisation = "organisation", Store;
    /// A human agent with role and skills. Lookup: e-mail address.
    Agent = "agent", Organisation;
    /// A squad. Lookup: name.
    Squad = "squad", Organisation;
    /// An article of the knowledge base. Lookup: slug.
    Article = "article", Organisation;
    /// A version of a policy file. Lookup: name and version.
    Policy = "policy", Organisation;
    /// An API key. Lookup: hash of the key.
    ApiKey = "api_key", Store;
    /// A session of the workspace. Lookup: hash of the token.
    Session = "session", Store;
    /// A site with a widget. Lookup: its public key.
    Site = "site", Store;
    /// A connection to a vendor with its tokens.
    Connection = "connection", Organisation;
    /// An outgoing webhook.
    Webhook = "webhook", Organisation;
    /// A saved reply.
    Reply = "reply", Organisation;
    /// A customer's profile. Lookup: the customer's id at the site. Erasure does not reach it: delete it too.
    Customer = "customer", Organisation;
    /// A trained model's description.
    Model = "model", Organisation;
    /// Any other setting, under a name of the caller.
    Setting = "setting", Organisation;
}

/// A record as it was stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The tenant.
    pub organisation: OrganisationId,
    /// Its id, unique per organisation and kind.
    pub id: String,
    /// Plain JSON.
    pub body: Vec<u8>,
    /// Grows by one with each put, from 1.
    pub version: u64,
    /// When it was put last.
    pub updated_at_ms: AtMs,
    /// When it ceases to be found, if ever.
    pub expires_at_ms: Option<AtMs>,
}

/// A record to store.
#[derive(Clone, Debug)]
pub struct NewRecord {
    /// The tenant.
    pub organisation: OrganisationId,
    /// Its id, 1 to 200 bytes, unique per organisation and kind.
    pub id: String,
    /// A second way to find it. Only a keyed hash of it is stored.
    pub lookup: Option<String>,
    /// Plain JSON; sealed.
    pub body: Vec<u8>,
    /// Now.
    pub at_ms: AtMs,
    /// When it ceases to be found, if ever.
    pub expires_at_ms: Option<AtMs>,
    /// Put only over this version (0: only when there is none). `None`: over any.
    pub expected_version: Option<u64>,
}
