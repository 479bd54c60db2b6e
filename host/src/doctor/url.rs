//! Helpers for URLs: the server, a unique query for each request, and the comparison of hosts.

use tracehop_core::{Options, Origin, Propagator, Target};

use super::token::token;

/// True for an absolute URL of a supported scheme, with a server.
pub(crate) fn is_absolute(url: &str) -> bool {
    let is_known = |scheme: &str| ["http", "https"].iter().any(|known| scheme.eq_ignore_ascii_case(known));
    scheme(url).is_some_and(is_known) && !server(url).is_empty()
}

fn scheme(url: &str) -> Option<&str> {
    url.split_once("://").map(|(scheme, _)| scheme)
}

/// Scheme and server.
pub(crate) fn origin(url: &str) -> &str {
    let start = scheme(url).map_or(0, |scheme| scheme.len() + "://".len());
    let end = url[start..].find(['/', '?', '#']).map_or(url.len(), |end| start + end);
    &url[..end]
}

/// The server: host and port as the URL has them.
pub(crate) fn server(url: &str) -> &str {
    origin(url).split_once("://").map_or("", |(_, server)| server)
}

/// The URL with a unique query: some caches compare nothing else.
pub(crate) fn uncached(url: &str) -> String {
    let url = url.split_once('#').map_or(url, |(url, _)| url);
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    let slash = if path.len() == origin(url).len() { "/" } else { "" };
    let separator = if query.is_empty() { "" } else { "&" };
    format!("{path}{slash}?{query}{separator}tracehop-doctor={}", token())
}

/// True for the same name and port, and from http to https on their default ports.
pub(crate) fn is_same_host(left: &str, right: &str) -> bool {
    let own = origin(left);
    let secure = own.strip_prefix("http://").map(|server| {
        let server = server.strip_suffix(":80").unwrap_or(server);
        format!("https://{server}")
    });
    is_of(own, right) || secure.is_some_and(|secure| !has_port(&secure) && is_of(&secure, right))
}

fn has_port(origin: &str) -> bool {
    origin
        .rsplit_once(':')
        .is_some_and(|(_, port)| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()))
}

/// True if a URL is of this origin.
fn is_of(origin: &str, url: &str) -> bool {
    let Ok(origin) = Origin::parse(origin) else { return false };
    let targets = [Target::Origin(origin)];
    let options = Options { trace_propagation_targets: Some(&targets), ..Options::default() };
    Propagator::new(options).is_ok_and(|propagator| propagator.allows(url, None))
}

#[cfg(test)]
mod tests {
    use super::{is_absolute, is_same_host, origin, server, uncached};

    #[test]
    fn parts_of_a_url_are_found() {
        assert!(
            is_absolute("HTTPS://a.test") && !is_absolute("ftp://a.test") && !is_absolute("a.test/http://")
        );
        assert!(!is_absolute("http://") && !is_absolute("http:///health") && !is_absolute("https://?q"));
        assert_eq!(origin("http://a.test:81?q=/"), "http://a.test:81");
        assert_eq!(server("https://[::1]:8/a"), "[::1]:8");
    }

    #[test]
    fn a_query_is_added_before_the_fragment() {
        for (url, start) in [
            ("http://a.test", "http://a.test/?tracehop-doctor="),
            ("http://a.test/b#c", "http://a.test/b?tracehop-doctor="),
            ("http://a.test/b?c=/d", "http://a.test/b?c=/d&tracehop-doctor="),
        ] {
            assert!(uncached(url).starts_with(start), "{}", uncached(url));
        }
        assert_ne!(uncached("http://a.test"), uncached("http://a.test"));
    }

    #[test]
    fn only_the_same_host_and_port_are_the_same_host() {
        for (left, right, is_same) in [
            ("http://a.test/b", "http://A.test:80/c", true),
            ("http://a.test/b", "https://a.test/b", true),
            ("http://a.test:80/b", "https://a.test:443/b", true),
            ("http://a.test:81/", "https://a.test/", false),
            ("http://[::1]/", "https://[::1]/", true),
            ("http://a.test/", "https://a.test:444/", false),
            ("https://a.test/", "http://a.test/", false),
            ("http://a.test/", "http://b.test/", false),
            ("http://a.test/", "http://a.test.evil.test/", false),
            ("http://a.test/", "http://a.test@evil.test/", false),
            ("http://a.test/", "ftp://a.test/", false),
        ] {
            assert_eq!(is_same_host(left, right), is_same, "{left} {right}");
        }
    }
}
