//! The arguments `url, page_url: nil`.

use magnus::scan_args::{get_kwargs, scan_args};
use magnus::{Error, RHash, Ruby, Value};

use crate::strings;

/// Both, taken apart here: a method in Ruby that names them would cost a twentieth of the
/// whole answer.
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

/// Their texts.
pub(crate) fn urls(ruby: &Ruby, url: Value, page: Option<Value>) -> Result<(String, Option<String>), Error> {
    let page = page.map(|page| strings::url(ruby, page, "page_url")).transpose()?;
    Ok((strings::url(ruby, url, "url")?, page))
}
