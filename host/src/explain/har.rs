//! A HAR file, as the developer tools of browsers save it.

use serde::Deserialize;

use super::input::Request;

#[derive(Deserialize)]
#[serde(expecting = "an object with log")]
struct Har {
    log: Log,
}

#[derive(Deserialize)]
#[serde(expecting = "an object with entries")]
struct Log {
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(expecting = "an object with request")]
struct Entry {
    request: Sent,
}

#[derive(Deserialize)]
#[serde(expecting = "an object with url and headers")]
struct Sent {
    url: String,
    headers: Vec<Line>,
}

#[derive(Deserialize)]
#[serde(expecting = "an object with name and value")]
struct Line {
    name: String,
    value: String,
}

/// Every request of a HAR file.
pub(crate) fn requests(file: &[u8]) -> Result<Vec<Request>, String> {
    let json = file.strip_prefix("\u{feff}".as_bytes()).unwrap_or(file);
    let har: Har =
        serde_json::from_slice(json).map_err(|error| format!("this is not a HAR file: {error}"))?;
    let request = |Entry { request }| {
        let headers = request.headers.into_iter().map(|line| (line.name, line.value)).collect();
        Request { url: Some(request.url), headers }
    };
    Ok(har.log.entries.into_iter().map(request).collect())
}
