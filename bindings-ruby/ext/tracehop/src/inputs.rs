//! Inputs other than the headers of a trace: any header of a message, the environment of a process, a page.

use bytes::Bytes;
use magnus::{Error, RArray, RString, Ruby, Value};
use tracehop_core::Limit;

use crate::input_kind::InputKind;
use crate::key::is_named;
use crate::{error, strings};

/// The lines of any header of a message, by its name in any case.
pub(crate) fn lines(ruby: &Ruby, message: Value, name: &str, header: &str) -> Result<Vec<Bytes>, Error> {
    let mut lines = Vec::new();
    let mut add = |value| {
        lines.extend(RString::from_value(value).map(RString::to_bytes));
    };
    InputKind::of(ruby, message, name)?.each(ruby, name, |key, value| {
        match RArray::from_value(value).filter(|_| is_named(key, header)) {
            Some(several) => several.into_iter().for_each(&mut add),
            None if is_named(key, header) => add(value),
            None => (),
        }
        Ok(())
    })?;
    Ok(lines)
}

/// Name and value of a variable, as bytes.
type Variable = (Bytes, Bytes);

/// The variables of a process environment.
pub(crate) fn variables(ruby: &Ruby, environ: Value, name: &str) -> Result<Vec<Variable>, Error> {
    let mut variables = Vec::new();
    InputKind::of(ruby, environ, name)?.each(ruby, name, |key, value| {
        if let (Some(key), Some(value)) = (RString::from_value(key), RString::from_value(value)) {
            variables.push((key.to_bytes(), strings::bytes(value, Limit::BaggageReadBytes.value())));
        }
        Ok(())
    })?;
    Ok(variables)
}

/// The part of a page that is searched for meta tags.
pub(crate) fn page(ruby: &Ruby, page: Value, name: &str) -> Result<Bytes, Error> {
    let Some(text) = RString::from_value(page) else {
        return Err(error::wrong_type(ruby, name, "a String", page));
    };
    Ok(strings::bytes(text, Limit::HtmlReadBytes.value()))
}
