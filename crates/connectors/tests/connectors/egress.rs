use std::{
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use reqwest::{Method, Request, Url};
use segue_connectors::http::{Egress, EgressError, EgressSettings, Lookup};

use crate::server::{Server, answer};

fn egress(allow: &[&str]) -> Egress {
    let allow_hosts = allow.iter().map(|host| (*host).to_owned()).collect();
    Egress::new(&EgressSettings { allow_hosts, ..EgressSettings::default() }).expect("a client")
}

fn get(url: &str) -> Request {
    Request::new(Method::GET, Url::parse(url).expect("an address"))
}

/// SECURITY, case 29: whatever the notation, nothing local is reached.
#[tokio::test]
async fn private_literals_are_refused_in_every_notation() {
    let egress = egress(&[]);
    let hosts = "127.0.0.1 10.0.0.7 172.20.1.1 192.168.0.1 169.254.169.254 0.0.0.0 100.64.0.1 [::1] [::] \
        [::ffff:127.0.0.1] [::ffff:7f00:1] [::ffff:a9fe:a9fe] [fe80::1] [fd00::1] [64:ff9b::7f00:1] 127.1 \
        2130706433 0x7f000001 0177.0.0.1 127.0.0.1. 0";
    for host in hosts.split_whitespace() {
        for scheme in ["http", "https"] {
            let url = format!("{scheme}://{host}/latest/meta-data");
            let checked = egress.check(&url);
            assert!(matches!(checked, Err(EgressError::Private { .. })), "check {url}: {checked:?}");
            let sent = egress.send(get(&url)).await;
            assert!(matches!(sent, Err(EgressError::Private { .. })), "send {url}: {sent:?}");
        }
    }
}

#[tokio::test]
async fn odd_addresses_are_refused() {
    let egress = egress(&["allowed.example"]);
    let addresses = [
        "",
        "nonsense",
        "file:///etc/passwd",
        "ftp://shop.example/",
        "gopher://127.0.0.1:6379/",
        "data:text/plain,x",
        "https://user:word@shop.example/",
        "https://allowed.example@127.0.0.1/",
        "http://shop.example/",
    ];
    for address in addresses {
        let checked = egress.check(address);
        assert!(matches!(checked, Err(EgressError::Address(_))), "{address}: {checked:?}");
    }
    assert!(egress.check("https://shop.example/hook").is_ok());
    assert!(egress.check("http://allowed.example/hook").is_ok());
}

#[tokio::test]
async fn names_that_lead_inside_are_refused_at_connect() {
    let server = Server::start(vec![answer("200 OK", "", "secret")]).await;
    let egress = egress(&[]);
    for name in ["localhost", "LOCALHOST"] {
        let sent = egress.send(get(&format!("https://{name}:{}/", server.port))).await;
        assert!(matches!(sent, Err(EgressError::Private { .. })), "{name}: {sent:?}");
    }
    let lookup: Lookup = Arc::new(|_| Box::pin(async { Ok(vec![IpAddr::from([10, 0, 0, 8])]) }));
    let egress = Egress::with_lookup(&EgressSettings::default(), lookup).expect("a client");
    let sent = egress.send(get("https://intranet.example./")).await;
    assert!(matches!(sent, Err(EgressError::Private { .. })), "{sent:?}");
    assert!(server.requests().is_empty());
}

/// A name that is public when looked at and private when used: every connection is checked anew.
#[tokio::test]
async fn rebinding_gains_nothing() {
    let server = Server::start(vec![answer("200 OK", "", "secret")]).await;
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    let lookup: Lookup = Arc::new(move |_| {
        let first = count.fetch_add(1, Ordering::SeqCst) == 0;
        // 2001:4860::1 stands for a public host that cannot be reached from here.
        let ip: IpAddr = if first { "2001:4860::1" } else { "127.0.0.1" }.parse().expect("an address");
        Box::pin(async move { Ok(vec![ip]) })
    });
    let settings =
        EgressSettings { connect_timeout: Duration::from_millis(200), ..EgressSettings::default() };
    let egress = Egress::with_lookup(&settings, lookup).expect("a client");
    let url = format!("https://rebind.example:{}/", server.port);
    let first = egress.send(get(&url)).await;
    assert!(matches!(first, Err(EgressError::Unreachable { .. } | EgressError::Timeout { .. })), "{first:?}");
    let second = egress.send(get(&url)).await;
    assert!(matches!(second, Err(EgressError::Private { .. })), "{second:?}");
    assert_eq!(asked.load(Ordering::SeqCst), 2);
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn redirects_are_not_followed() {
    for status in ["301 Moved", "302 Found", "303 See", "307 Temporary", "308 Permanent"] {
        let target = Server::start(vec![answer("200 OK", "", "inside")]).await;
        let location = format!("Location: {}/\r\n", target.address());
        let server = Server::start(vec![answer(status, &location, "")]).await;
        // Even where the target is a host the operator allows.
        let sent = egress(&["127.0.0.1"]).send(get(&server.address())).await;
        assert!(matches!(sent, Err(EgressError::Redirect { .. })), "{status}: {sent:?}");
        assert!(target.requests().is_empty());
    }
}

#[tokio::test]
async fn the_operator_allows_hosts_and_ports() {
    let server = Server::start(vec![answer("200 OK", "", "hello")]).await;
    let with_port = format!("127.0.0.1:{}", server.port);
    for allow in ["127.0.0.1", with_port.as_str()] {
        let response = egress(&[allow]).send(get(&server.address())).await.expect("allowed");
        assert_eq!(response.text().await.expect("a body"), "hello");
    }
    let request = &server.requests()[0];
    assert!(request.to_ascii_lowercase().contains("user-agent: segue/"), "{request}");

    let other_port = egress(&["127.0.0.1:1", "localhost"]).send(get(&server.address())).await;
    assert!(matches!(other_port, Err(EgressError::Private { .. })), "{other_port:?}");
    // A port that is allowed for a name does not open the name's other ports.
    let name = egress(&["localhost:1"]).send(get(&format!("https://localhost:{}/", server.port))).await;
    assert!(matches!(name, Err(EgressError::Private { .. })), "{name:?}");
}

#[tokio::test]
async fn nobody_there_is_told_as_such() {
    let closed = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = closed.local_addr().expect("an address").port();
    drop(closed);
    let sent = egress(&["127.0.0.1"]).send(get(&format!("http://127.0.0.1:{port}/"))).await;
    assert!(matches!(sent, Err(EgressError::Unreachable { .. })), "{sent:?}");
}
