//! The floor: the same calls with the same arguments and results as tracehop's, without the work. It measures the
//! overhead of the host language for a call, an object, a dict and its strings.

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};

const TRACE: &str = "771a43a4192642f0b136d5159a501700-1234567890abcdef-1";
/// The outgoing DSC of the workloads: decoded names and encoded values, 292 bytes.
const MEMBERS: &str = "sentry-trace_id=771a43a4192642f0b136d5159a501700,sentry-public_key=49d0f7386ad645858ae85020e393bef3,\
    sentry-sample_rate=0.01337,sentry-sample_rand=0.004221,sentry-sampled=true,\
    sentry-release=frontend%401.42.0%2Bbuild.7,sentry-environment=production,\
    sentry-transaction=GET%20%2Fcheckout%2F%3Aid,sentry-org_id=447951";
const META: &str = "<meta name=\"sentry-trace\" content=\"";
const META_BAGGAGE: &str = "\"><meta name=\"baggage\" content=\"";

#[pyclass(frozen)]
struct SentryTrace;

#[pymethods]
impl SentryTrace {
    #[staticmethod]
    fn parse(_value: &Bound<'_, PyString>) -> Self {
        SentryTrace
    }
}

#[pyclass(frozen)]
struct Baggage;

#[pymethods]
impl Baggage {
    #[staticmethod]
    fn parse(_value: &Bound<'_, PyString>) -> Self {
        Baggage
    }

    #[getter]
    fn sentry<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        dict.set_item(intern!(py, "trace_id"), "771a43a4192642f0b136d5159a501700")?;
        dict.set_item(intern!(py, "public_key"), "49d0f7386ad645858ae85020e393bef3")?;
        dict.set_item(intern!(py, "sample_rate"), "0.01337")?;
        dict.set_item(intern!(py, "sample_rand"), "0.004221")?;
        dict.set_item(intern!(py, "sampled"), "true")?;
        dict.set_item(intern!(py, "release"), "frontend@1.42.0+build.7")?;
        dict.set_item(intern!(py, "environment"), "production")?;
        dict.set_item(intern!(py, "transaction"), "GET /checkout/:id")?;
        dict.set_item(intern!(py, "org_id"), "447951")?;
        Ok(dict)
    }
}

#[pyclass(frozen)]
struct TraceContext;

#[pymethods]
impl TraceContext {
    #[pyo3(signature = (_existing=None))]
    fn headers<'py>(
        &self,
        py: Python<'py>,
        _existing: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        dict.set_item(intern!(py, "sentry-trace"), TRACE)?;
        dict.set_item(intern!(py, "baggage"), MEMBERS)?;
        Ok(dict)
    }

    fn meta_tags(&self) -> String {
        [META, TRACE, META_BAGGAGE, MEMBERS, "\">"].concat()
    }
}

#[pyclass(frozen)]
struct Propagator;

#[pymethods]
impl Propagator {
    #[new]
    #[pyo3(signature = (**_options))]
    fn new(_options: Option<&Bound<'_, PyDict>>) -> Self {
        Propagator
    }

    #[pyo3(signature = (_headers, _transaction=None, _sampled=None))]
    fn continue_trace(
        &self,
        _headers: &Bound<'_, PyDict>,
        _transaction: Option<&Bound<'_, PyAny>>,
        _sampled: Option<&Bound<'_, PyAny>>,
    ) -> TraceContext {
        TraceContext
    }

    #[pyo3(signature = (_url, _page_url=None))]
    fn allows(&self, _url: &Bound<'_, PyString>, _page_url: Option<&Bound<'_, PyString>>) -> bool {
        true
    }
}

#[pymodule]
fn tracehop_floor(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<SentryTrace>()?;
    module.add_class::<Baggage>()?;
    module.add_class::<TraceContext>()?;
    module.add_class::<Propagator>()
}
