//! What the log tells of where requests come from.

use serde_json::Value;

use crate::{Program, RuntimeApi, http_api_event, requests_in};

/// Sends a program these bodies, which get these statuses, and checks that each line of its log names the source by one
/// digest, in which an IPv6 address counts as its network, and that only a 429 shows the IP address.
pub async fn assert_every_line_tells_its_source(
    program: Program,
    variables: &[(&str, &str)],
    path: &str,
    bodies: &[(Value, u16)],
) {
    const REFUSED: u16 = 429;
    let runtime = RuntimeApi::start().await;
    let function = runtime.start_function(program, variables);
    let event = |body, source: &str| {
        let mut event = http_api_event("POST", path, body);
        event["requestContext"]["http"]["sourceIp"] = source.into();
        event
    };
    for (body, status) in bodies {
        let answer = runtime.invoke(event(body, "192.0.2.1")).await;
        assert_eq!(answer["statusCode"], *status, "{body}: {answer}");
    }
    for source in ["2001:db8:1:2::1", "2001:db8:1:2:ffff::2"] {
        let _ = runtime.invoke(event(&Value::Null, source)).await;
    }
    let log = String::from_utf8(function.stop().await.stdout).unwrap();
    let lines = requests_in(&log);
    let digests: Vec<_> = lines.iter().map(|line| line["source_digest"].as_str().unwrap_or_default()).collect();
    let (ipv4, ipv6) = digests.split_at(bodies.len());
    assert!(ipv4.iter().all(|digest| digest.len() == 43 && *digest == ipv4[0]), "{log}");
    assert!(ipv6.len() == 2 && ipv6[0] == ipv6[1] && ipv6[0] != ipv4[0], "{log}");
    let expected: Vec<_> = bodies.iter().filter(|(_, status)| *status == REFUSED).map(|_| "192.0.2.1").collect();
    let shown: Vec<_> =
        lines.iter().filter(|line| line["status"] == REFUSED).map(|line| line["source"].as_str().unwrap()).collect();
    assert!(!expected.is_empty() && shown == expected, "{log}");
    assert_eq!((log.matches("192.0.2.").count(), log.matches("2001:db8").count()), (expected.len(), 0), "{log}");
}
