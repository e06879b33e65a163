//! A leg's statistics, as its client says them: bounded, and checked like anything from outside.

use carillon_core::{Problem, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The largest whole number that every client can say.
const MOST: u64 = 1 << 53;
/// Seconds, pixels and frames beyond this are no measurement.
const LARGE: f64 = 1e9;
const CODEC: usize = 64;

/// What a leg has sent and received since it began.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Snapshot {
    /// By the client's clock.
    pub at: Timestamp,
    /// Seconds to the other end and back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rtt: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub local_candidate: Option<CandidateType>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remote_candidate: Option<CandidateType>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audio: Option<Flow>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub video: Option<VideoFlow>,
}

/// How an end of the connection was found (RFC 8445, section 5.1.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum CandidateType {
    Host,
    Srflx,
    Prflx,
    Relay,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Flow {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 64)]
    pub codec: Option<String>,
    pub bytes_sent: u64,
    pub bytes_received: u64,
    pub packets_sent: u64,
    pub packets_received: u64,
    /// Falls when packets were only late.
    pub packets_lost: u64,
    /// Seconds.
    pub jitter: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct VideoFlow {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 64)]
    pub codec: Option<String>,
    pub bytes_sent: u64,
    pub bytes_received: u64,
    pub packets_sent: u64,
    pub packets_received: u64,
    /// Falls when packets were only late.
    pub packets_lost: u64,
    /// Seconds.
    pub jitter: f64,
    pub frames_decoded: u64,
    pub frames_per_second: f64,
    pub frame_width: u64,
    pub frame_height: u64,
}

impl Snapshot {
    /// Whether it can be a measurement at all.
    pub(crate) fn check(&self) -> Result<(), Problem> {
        let (audio, video) = (self.audio.as_ref(), self.video.as_ref());
        let codecs = [audio.and_then(|flow| flow.codec.as_ref()), video.and_then(|flow| flow.codec.as_ref())];
        for codec in codecs.into_iter().flatten() {
            if codec.len() > CODEC || !codec.chars().all(|sign| sign.is_ascii_graphic()) {
                return Err(Problem::invalid("`codec` is a media type such as `video/VP8`, of 64 characters at most"));
            }
        }
        let measured = [self.rtt, audio.map(|flow| flow.jitter), video.map(|flow| flow.jitter), video.map(|flow| flow.frames_per_second)];
        let sizes = video.map(|flow| [flow.frame_width, flow.frame_height, flow.packets_lost]).into_iter().flatten();
        let mut counts = self.counts().into_iter().filter_map(|(_, count)| count).chain(sizes).chain(audio.map(|flow| flow.packets_lost));
        let fits = measured.into_iter().flatten().all(|number| number.is_finite() && (0.0..=LARGE).contains(&number));
        if fits && counts.all(|count| count <= MOST) && self.at.0 >= 0 {
            Ok(())
        } else {
            Err(Problem::invalid("a number of the snapshot is negative, or too large to be measured"))
        }
    }

    /// What counts up never falls.
    pub(crate) fn follows(&self, before: &Self) -> Result<(), Problem> {
        for ((name, now), (_, before)) in self.counts().into_iter().zip(before.counts()) {
            if let (Some(now), Some(before)) = (now, before)
                && now < before
            {
                return Err(Problem::invalid(format!(
                    "`{name}` fell from {before} to {now}: go on from the count of the connection before"
                )));
            }
        }
        Ok(())
    }

    fn counts(&self) -> [(&'static str, Option<u64>); 9] {
        let (audio, video) = (self.audio.as_ref(), self.video.as_ref());
        [
            ("audio.bytesSent", audio.map(|flow| flow.bytes_sent)),
            ("audio.bytesReceived", audio.map(|flow| flow.bytes_received)),
            ("audio.packetsSent", audio.map(|flow| flow.packets_sent)),
            ("audio.packetsReceived", audio.map(|flow| flow.packets_received)),
            ("video.bytesSent", video.map(|flow| flow.bytes_sent)),
            ("video.bytesReceived", video.map(|flow| flow.bytes_received)),
            ("video.packetsSent", video.map(|flow| flow.packets_sent)),
            ("video.packetsReceived", video.map(|flow| flow.packets_received)),
            ("video.framesDecoded", video.map(|flow| flow.frames_decoded)),
        ]
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Snapshot;

    fn audio(sent: u64) -> serde_json::Value {
        json!({ "at": 1, "rtt": 0.03, "localCandidate": "srflx", "audio": { "codec": "audio/opus", "bytesSent": sent, "bytesReceived": 1,
                "packetsSent": 1, "packetsReceived": 1, "packetsLost": 0, "jitter": 0.004 } })
    }

    fn read(value: serde_json::Value) -> Snapshot {
        serde_json::from_value(value).expect("a snapshot")
    }

    #[test]
    fn what_counts_up_never_falls() {
        let (first, second) = (read(audio(10)), read(audio(20)));
        assert!(second.follows(&first).is_ok());
        assert!(first.follows(&second).unwrap_err().detail.contains("audio.bytesSent"));
        assert!(read(json!({ "at": 2 })).follows(&second).is_ok(), "a flow may be gone");
    }

    #[test]
    fn what_is_no_measurement_is_refused() {
        let with = |field: &str, value: serde_json::Value| {
            let mut snapshot = audio(1);
            snapshot["audio"][field] = value;
            serde_json::from_value::<Snapshot>(snapshot)
        };
        assert!(with("bytesSent", json!(-1)).is_err());
        assert!(with("more", json!(1)).is_err());
        assert!(with("jitter", json!(-0.1)).unwrap().check().is_err());
        assert!(with("jitter", json!(1e300)).unwrap().check().is_err());
        assert!(with("bytesSent", json!(u64::MAX)).unwrap().check().is_err());
        assert!(with("codec", json!("x".repeat(65))).unwrap().check().is_err());
        assert!(serde_json::from_str::<Snapshot>(r#"{"at": 1, "rtt": 1e999}"#).is_err());
        assert!(read(audio(1)).check().is_ok());
    }
}
