//! The arguments `url, page_url: nil`.

use magnus::scan_args::{get_kwargs, scan_args};
use magnus::{Error, RHash, Ruby, Value};

use crate::strings;

/// Both arguments. Parsed here, because a Ruby method with keywords would add 5 % to the
/// whole call.
pub(crate) fn url_and_page(args: &[Value]) -> Result<(Value, Option<Value>), Error> {
    if let [url] = args
        && RHash::from_value(*url).is_none()
    {
        return Ok((*url, None));
    }
    let args = scan_args::<(Value,), (), (), (), RHash, ()>(args)?;
    let keywords = get_kwargs::<_, (), (Option<Option<Value>>,), ()>(args.keywords, &[], &["page_url"])?;
    Ok((args.required.0, keywords.optional.0.flatten()))
}

/// The texts of both.
pub(crate) fn urls(ruby: &Ruby, url: Value, page: Option<Value>) -> Result<(String, Option<String>), Error> {
    let page = page.map(|page| strings::url(ruby, page, "page_url")).transpose()?;
    Ok((strings::url(ruby, url, "url")?, page))
}
