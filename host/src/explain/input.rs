//! A request from header lines.

/// A name and its value.
pub(crate) type Header = (String, String);

/// One request to explain: its URL and its headers.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) url: Option<String>,
    pub(crate) headers: Vec<Header>,
}

/// Reads `name: value` lines; a request line before them and blank lines are skipped.
pub(crate) fn request<'a>(lines: impl Iterator<Item = &'a str> + Clone) -> Result<Request, String> {
    let headers: Vec<_> = lines.clone().filter_map(header).collect();
    if headers.is_empty() && lines.into_iter().any(|line| !line.trim().is_empty()) {
        let remedy = "give lines of the form 'name: value', a line that starts with curl, or --har FILE";
        return Err(format!("no header found: {remedy}"));
    }
    Ok(Request { url: None, headers })
}

fn header(line: &str) -> Option<Header> {
    let (name, value) = line.split_once(':')?;
    let is_name = !name.is_empty() && !name.starts_with(char::is_whitespace) && !name.trim().contains(' ');
    is_name.then(|| (name.trim().to_owned(), value.trim().to_owned()))
}
