//! The one way out. SECURITY rule 5: resolve, check and pin the address, refuse redirects and private ranges.

mod address;

use std::{
    error::Error,
    io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use futures::future::BoxFuture;
use reqwest::{
    Client, Request, Response, Url,
    dns::{Addrs, Name, Resolve, Resolving},
    redirect,
};

pub use address::is_public;

/// Looks a name up. [`system_lookup`] asks the operating system; tests bring their own.
pub type Lookup = Arc<dyn Fn(String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> + Send + Sync>;

/// Why a request did not leave, or did not arrive.
#[derive(Debug, thiserror::Error)]
pub enum EgressError {
    /// The address is none, or has a scheme, a user name or a form that is not used here.
    #[error("the address is not usable: {0}")]
    Address(&'static str),
    /// The host is, or resolves to, an address inside a private, local or reserved range.
    #[error("{host} is not on the public internet; the operator can allow it by name")]
    Private {
        /// The host as written.
        host: String,
    },
    /// The other side wants us to go somewhere else. We do not.
    #[error("the other side answered with a redirect ({status}), which is not followed")]
    Redirect {
        /// 300 to 399.
        status: u16,
    },
    /// The host could not be found or reached.
    #[error("{host} could not be reached")]
    Unreachable {
        /// The host as written.
        host: String,
    },
    /// It took longer than the client allows.
    #[error("{host} did not answer in time")]
    Timeout {
        /// The host as written.
        host: String,
    },
    /// The client could not be built, for example because the machine has no root certificates.
    #[error("the HTTP client could not be built")]
    Client(#[source] reqwest::Error),
}

/// What the operator decides about outbound requests.
#[derive(Clone, Debug)]
pub struct EgressSettings {
    /// Hosts that may be private and may be spoken to without TLS: `localhost`, `10.0.0.5`, `[::1]`, or with a
    /// port, `localhost:11434`, which then allows that port alone. Compared as a whole, without wildcards.
    pub allow_hosts: Vec<String>,
    /// Time to find the host and open the connection.
    pub connect_timeout: Duration,
    /// Longest silence between two pieces of an answer.
    pub read_timeout: Duration,
}

impl Default for EgressSettings {
    fn default() -> Self {
        Self {
            allow_hosts: Vec::new(),
            connect_timeout: Duration::from_secs(5),
            read_timeout: Duration::from_secs(60),
        }
    }
}

/// The egress client. Cheap to clone; make one per process and hand it to every connector.
///
/// Addresses are checked at the moment of the connection, so a name that changes its address between check and
/// use gains nothing. Redirects are refused, proxies from the environment are ignored, bodies are not unpacked.
#[derive(Clone, Debug)]
pub struct Egress {
    checked: Client,
    allowed: Client,
    allow_hosts: Arc<[String]>,
}

impl Egress {
    /// Builds the client with the operating system's resolver.
    pub fn new(settings: &EgressSettings) -> Result<Self, EgressError> {
        Self::with_lookup(settings, system_lookup())
    }

    /// Builds the client with a resolver of your own.
    pub fn with_lookup(settings: &EgressSettings, lookup: Lookup) -> Result<Self, EgressError> {
        // Two clients, so that a connection opened for an allowed host is never used for another one.
        let build = |only_public| {
            Client::builder()
                .user_agent(concat!("segue/", env!("CARGO_PKG_VERSION")))
                .redirect(redirect::Policy::none())
                .no_proxy()
                .referer(false)
                .connect_timeout(settings.connect_timeout)
                .read_timeout(settings.read_timeout)
                .pool_idle_timeout(Duration::from_secs(60))
                .pool_max_idle_per_host(8)
                .dns_resolver(Resolver { lookup: lookup.clone(), only_public })
                .build()
                .map_err(EgressError::Client)
        };
        let allow_hosts = settings.allow_hosts.iter().map(|host| host.trim().to_ascii_lowercase()).collect();
        Ok(Self { checked: build(true)?, allowed: build(false)?, allow_hosts })
    }

    /// Checks an address as far as that is possible without looking it up, and parses it.
    ///
    /// Only `https`, except for hosts the operator allows; no user name or password inside; no literal address
    /// of a private range, in whatever notation.
    pub fn check(&self, address: &str) -> Result<Url, EgressError> {
        let url = Url::parse(address).map_err(|_| EgressError::Address("it cannot be read"))?;
        self.check_url(&url)?;
        Ok(url)
    }

    fn check_url(&self, url: &Url) -> Result<(), EgressError> {
        let host = url.host_str().ok_or(EgressError::Address("it has no host"))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(EgressError::Address("it holds a user name or password"));
        }
        match url.scheme() {
            "https" | "http" if self.is_allowed(url) => return Ok(()),
            "https" | "http" => {}
            _ => return Err(EgressError::Address("only https is spoken")),
        }
        // The URL parser has already turned 0x7f.1, 2130706433 and the like into dotted form.
        if literal(host).is_some_and(|ip| !is_public(ip)) {
            return Err(EgressError::Private { host: host.to_owned() });
        }
        match url.scheme() {
            "https" => Ok(()),
            _ => Err(EgressError::Address("http is spoken only with hosts the operator allows")),
        }
    }

    fn is_allowed(&self, url: &Url) -> bool {
        let Some(host) = url.host_str() else { return false };
        let with_port = url.port_or_known_default().map(|port| format!("{host}:{port}"));
        self.allow_hosts.iter().any(|entry| entry == host || Some(entry) == with_port.as_ref())
    }

    /// Sends a request and returns the answer's head; the body is still to be read, within limits.
    ///
    /// Whatever status comes back is an answer, except a redirect, which is an error.
    pub async fn send(&self, request: Request) -> Result<Response, EgressError> {
        self.check_url(request.url())?;
        let host = request.url().host_str().unwrap_or_default().to_owned();
        let client = if self.is_allowed(request.url()) { &self.allowed } else { &self.checked };
        let response = client.execute(request).await.map_err(|error| classify(&error, host))?;
        if response.status().is_redirection() {
            return Err(EgressError::Redirect { status: response.status().as_u16() });
        }
        Ok(response)
    }
}

fn classify(error: &reqwest::Error, host: String) -> EgressError {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(current) = cause {
        if current.is::<NotPublic>() {
            return EgressError::Private { host };
        }
        cause = current.source();
    }
    if error.is_timeout() { EgressError::Timeout { host } } else { EgressError::Unreachable { host } }
}

fn literal(host: &str) -> Option<IpAddr> {
    host.trim_start_matches('[').trim_end_matches(']').parse().ok()
}

/// Asks the operating system.
pub fn system_lookup() -> Lookup {
    Arc::new(|name| {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name, 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    })
}

struct Resolver {
    lookup: Lookup,
    only_public: bool,
}

#[derive(Debug, thiserror::Error)]
#[error("no public address")]
struct NotPublic;

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let found = (self.lookup)(name.as_str().to_owned());
        let only_public = self.only_public;
        Box::pin(async move {
            let mut found = found.await?;
            let any = !found.is_empty();
            if only_public {
                found.retain(|ip| is_public(*ip));
            }
            if any && found.is_empty() {
                return Err(NotPublic.into());
            }
            let addresses: Addrs = Box::new(found.into_iter().map(|ip| SocketAddr::new(ip, 0)));
            Ok(addresses)
        })
    }
}
