//! What the operator sees: logs on standard error, metrics on the operator's door, traces where they are wanted.

use std::{backtrace::Backtrace, io::IsTerminal, panic};

use opentelemetry::trace::TracerProvider;
use opentelemetry_otlp::{SpanExporter, WithExportConfig};
use opentelemetry_sdk::{
    Resource,
    trace::{Sampler, SdkTracerProvider},
};
use prometheus_client::{encoding::text, registry::Registry};
use serde::{Deserialize, Serialize};
use tracing::{Subscriber, error, level_filters::LevelFilter};
use tracing_subscriber::{
    EnvFilter, Layer,
    filter::{FilterExt, Targets},
    fmt::{self, MakeWriter},
    layer::SubscriberExt,
    registry::LookupSpan,
    util::SubscriberInitExt,
};
use utoipa::ToSchema;

/// Logs and traces.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// What is logged: `error`, `warn`, `info`, `debug`, `trace`, also by part: `info,carillon_calls=debug`. Libraries that would
    /// write what people send never go beyond `info`.
    pub level: String,
    #[schema(inline)]
    pub format: Format,
    /// An OpenTelemetry collector that takes traces by gRPC, such as `http://127.0.0.1:4317`. Unless it is set there are no traces. The way
    /// to it is not encrypted: let one on this machine pass them on to another machine.
    pub otlp_url: Option<String>,
    /// The part of all requests that is traced, from 0 to 1.
    pub traced: f64,
}

/// How log lines look: `text` for people, `json` for programs; `auto` is `text` on a terminal and `json` elsewhere.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// For people on a terminal, for machines otherwise.
    #[default]
    Auto,
    Text,
    Json,
}

impl Default for Config {
    fn default() -> Self {
        Self { level: "info".into(), format: Format::Auto, otlp_url: None, traced: 1.0 }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    #[error("telemetry.level `{0}`: {1}")]
    Level(String, tracing_subscriber::filter::ParseError),
    #[error("telemetry.otlp_url `{0}`: {1}")]
    Otlp(String, opentelemetry_otlp::ExporterBuildError),
    #[error("somebody else logs in this process already")]
    Twice,
}

/// The telemetry of this process, until it is stopped.
pub struct Telemetry {
    traces: Option<SdkTracerProvider>,
}

/// Starts to log and, if so configured, to trace. Once in a process, inside the runtime. From then on a panic is a line of the log too.
pub fn start(config: &Config) -> Result<Telemetry, TelemetryError> {
    let level = EnvFilter::try_new(&config.level).map_err(|why| TelemetryError::Level(config.level.clone(), why))?;
    let traces = config.otlp_url.as_deref().map(|url| traces(url, config.traced)).transpose()?;
    // Only what is of interest in production is traced, also while logs are at `trace`: the exporter would trace itself.
    let layer = |provider: &SdkTracerProvider| {
        let spans = tracing_opentelemetry::layer().with_tracer(provider.tracer("carillon"));
        spans.with_filter(Targets::new().with_default(LevelFilter::INFO))
    };
    tracing_subscriber::registry()
        .with(traces.as_ref().map(layer))
        .with(lines(config.format, std::io::stderr).with_filter(level.and(discreet())))
        .try_init()
        .map_err(|_| TelemetryError::Twice)?;
    panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        error!(place, said = panic.payload_as_str(), backtrace = %Backtrace::capture(), "a panic: this is a bug");
    }));
    Ok(Telemetry { traces })
}

impl Telemetry {
    /// Sends what is still to be sent. A collector that does not answer delays this by some seconds at most.
    pub async fn stop(self) {
        if let Some(traces) = self.traces {
            // It waits for its own thread.
            let _ = tokio::task::spawn_blocking(move || traces.shutdown()).await;
        }
    }
}

/// A registry for every metric of this process; each engine registers its own.
pub fn registry() -> Registry {
    Registry::with_prefix("carillon")
}

/// The page at /metrics, in the `OpenMetrics` text format.
pub fn encode(registry: &Registry) -> String {
    let mut page = String::new();
    text::encode(&mut page, registry).expect("a string takes all that is written");
    page
}

/// Below `info` these write whole packets: messages, SDP, tokens. No level that somebody asks for brings that into a log.
fn discreet() -> Targets {
    let wires = [
        "socketioxide",
        "socketioxide_core",
        "engineioxide",
        "engineioxide_core",
        "tungstenite",
        "hyper",
        "h2",
        "rustls",
        "tokio_postgres",
    ];
    Targets::new().with_default(LevelFilter::TRACE).with_targets(wires.map(|wire| (wire, LevelFilter::INFO)))
}

fn lines<S, W>(format: Format, to: W) -> Box<dyn Layer<S> + Send + Sync>
where
    S: Subscriber + for<'s> LookupSpan<'s>,
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let terminal = std::io::stderr().is_terminal();
    match format {
        Format::Auto if !terminal => lines(Format::Json, to),
        Format::Auto | Format::Text => fmt::layer().with_writer(to).with_ansi(terminal).boxed(),
        Format::Json => fmt::layer().json().flatten_event(true).with_current_span(false).with_writer(to).boxed(),
    }
}

fn traces(url: &str, part: f64) -> Result<SdkTracerProvider, TelemetryError> {
    let exporter = SpanExporter::builder().with_tonic().with_endpoint(url).build();
    Ok(SdkTracerProvider::builder()
        .with_batch_exporter(exporter.map_err(|why| TelemetryError::Otlp(url.into(), why))?)
        .with_sampler(Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(part))))
        .with_resource(Resource::builder().with_service_name("carillon").build())
        .build())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_level_brings_packets_into_the_log() {
        let ours = discreet();
        for (target, level, logged) in [
            ("carillon_calls", tracing::Level::TRACE, true),
            ("socketioxide::ns", tracing::Level::INFO, true),
            ("socketioxide::ns", tracing::Level::DEBUG, false),
            ("engineioxide::transport::ws", tracing::Level::TRACE, false),
            ("hyper::proto::h1", tracing::Level::TRACE, false),
        ] {
            assert_eq!(ours.would_enable(target, &level), logged, "{target} at {level}");
        }
    }
}
