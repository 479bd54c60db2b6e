//! The commands `explain` and `doctor` of `tracehop_host`, for the executable: private methods of `Tracehop::Propagator`.

use magnus::{Error, RArray, RModule, RString, Ruby, Value, method, prelude::*};
use tracehop_host::doctor::{Answer, Examined, NoAnswer, Question, examine};
use tracehop_host::explain::{Asked, Input};
use tracehop_host::{Captured, Printed};

use crate::propagator::Propagator;
use crate::{classes, strings};

/// The output as a table, as JSON, and the exit code.
fn told(ruby: &Ruby, printed: Printed) -> Result<RArray, Error> {
    let told = ruby.ary_new();
    told.push(strings::utf8(ruby, printed.text))?;
    told.push(strings::utf8(ruby, printed.json))?;
    told.push(printed.code)?;
    Ok(told)
}

/// The output of `tracehop explain` for header lines, a curl line, a HAR file or a text, and for `url` as a target.
fn explain(
    ruby: &Ruby,
    this: &Propagator,
    kind: String,
    texts: RArray,
    url: Value,
    page_url: Value,
) -> Result<RArray, Error> {
    let wrong = |message: String| Error::new(ruby.exception_arg_error(), message);
    let input = Input::named(&kind).ok_or_else(|| wrong("no such kind of input".to_owned()))?;
    let texts: Vec<_> = texts.into_iter().map(bytes).collect::<Result<_, _>>()?;
    let url = strings::optional(ruby, url, "url")?;
    let page_url = strings::optional(ruby, page_url, "page_url")?;
    let asked = url.as_deref().map(|url| Asked { url, page_url: page_url.as_deref() });
    let answer = this.leave(ruby, |core| tracehop_host::explain::explain(core, input, &texts, asked))?;
    told(ruby, answer.map_err(wrong)?)
}

/// The output of `tracehop doctor` for a URL. `ask.(protocol, method, url, lines)` returns status, header lines, body and
/// the absolute URL of a redirect; or the reason why there is no response.
#[allow(clippy::too_many_arguments, reason = "the options of the command")]
fn doctor(
    ruby: &Ruby,
    this: &Propagator,
    url: Value,
    protocols: Vec<String>,
    origin: Value,
    credentials: bool,
    has_targets: bool,
    notes: Vec<String>,
    ask: Value,
) -> Result<RArray, Error> {
    let url = strings::required(ruby, url, "url")?;
    let origin = strings::optional(ruby, origin, "origin")?;
    let captured = Captured::default();
    let send = |question: &Question<'_>| {
        captured.call(|| asked(ruby, ask, question).map(Some)).unwrap_or(Err(NoAnswer::Closed))
    };
    let examined =
        Examined { url: &url, protocols: &protocols, origin: origin.as_deref(), credentials, has_targets };
    let answer = this.leave(ruby, |core| examine(core, examined, notes, &send))?;
    let failed = |message: String| Error::new(ruby.exception_io_error(), message);
    told(ruby, captured.finish(answer)?.map_err(failed)?)
}

fn asked(ruby: &Ruby, ask: Value, question: &Question<'_>) -> Result<Result<Answer, NoAnswer>, Error> {
    let Question { protocol, method, url, lines } = *question;
    let lines = ruby.ary_from_iter(lines.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    let given: Value = ask.funcall("call", (protocol, method, url, lines))?;
    let Some(given) = RArray::from_value(given) else {
        return Ok(Err(NoAnswer::from(strings::required(ruby, given, "the answer")?)));
    };
    let headers = given.entry::<RArray>(1)?.into_iter().map(|line| {
        let [name, value] = RArray::try_convert(line)?.to_value_array()?;
        Ok((latin1(name)?, latin1(value)?))
    });
    Ok(Ok(Answer {
        status: given.entry(0)?,
        headers: headers.collect::<Result<_, Error>>()?,
        body: bytes(given.entry(2)?)?,
        location: strings::optional(ruby, given.entry(3)?, "location")?,
    }))
}

fn bytes(text: Value) -> Result<Vec<u8>, Error> {
    Ok(RString::try_convert(text)?.to_bytes().to_vec())
}

/// Converts a header to text, each byte to one character.
fn latin1(text: Value) -> Result<String, Error> {
    Ok(bytes(text)?.into_iter().map(char::from).collect())
}

/// Adds the private methods `native_explain` and `native_doctor`.
pub(crate) fn define(ruby: &Ruby, root: RModule) -> Result<(), Error> {
    let class = classes::class::<Propagator>(ruby, root, "Propagator")?;
    class.define_private_method("native_explain", method!(explain, 4))?;
    class.define_private_method("native_doctor", method!(doctor, 7))
}
