//! What to do about a response that should have been another, or about none.

use shared::error_chain::with_causes;

use super::site::{Answer, Wrong};

/// About no response.
pub(super) fn of_error(error: reqwest::Error) -> Wrong {
    let (is_dns, is_timeout, is_connect) = (error.is_dns(), error.is_timeout(), error.is_connect());
    let causes = with_causes(&error.without_url());
    let advice = if is_dns {
        "The name has no address. Check the URL, and the DNS record: with DomainName but without HostedZoneId, point a \
         CNAME at the output DomainTarget. A new record takes some minutes."
    } else if causes.contains("certificate") {
        "The certificate is not one that clients accept for this name. It must be issued by a public authority, for \
         exactly this name, and not have expired: check CertificateArn, and what stands in front."
    } else if is_timeout {
        "Nothing responded in time. Check that the URL is the output BaseUrl, and what stands between."
    } else if is_connect {
        "Nothing can be connected to there. Check the host and the port: the output BaseUrl has them."
    } else {
        "The connection ended before the whole response was there. Try again, and check what stands in front."
    };
    Wrong::new(format!("no response: {causes}"), advice)
}

/// About a response. Latchkey's errors have a `code`, and those of API Gateway itself only a `message`.
pub(super) fn of_answer(answer: &Answer) -> String {
    let advice = match (answer.status, answer.code(), answer.text("message")) {
        (_, Some("no_issuer"), _) => "Set Issuer: the functions do not know their own URL.",
        (_, Some("missing_token"), _) => {
            "The token did not arrive. What stands in front must pass Authorization, Cookie and all other headers on, as \
             CloudFront does with the policy AllViewerExceptHostHeader."
        }
        (_, Some("invalid_token"), _) => {
            "A token that was just issued is refused. All functions must have the same tables, Issuer and Audience: \
             deploy the whole stack again."
        }
        (_, Some("expired_token"), _) => "Set TokenLifetimeSeconds higher: the token had expired at once.",
        (_, Some("invalid_credentials"), _) => {
            "Log-in does not know the user who has just signed up. Both functions must have the same tables: deploy the \
             whole stack again."
        }
        (_, Some("origin_required"), _) => {
            "OriginSecret is set, and this request came without it. Call the URL of the distribution in front; if this \
             is it, let it send X-Origin-Secret and the header named by OriginAddressHeader."
        }
        (_, Some("too_many_attempts"), _) => {
            "Your network has signed up or logged in too often. Try again after the time in the header Retry-After."
        }
        (_, Some("return_url_not_allowed"), _) => {
            "Pass a page with --return-to that OAuthReturnUrls lists, to the letter, or list it there."
        }
        (_, Some("no_keys_yet"), _) => "The first sign-up makes the keys: see why it failed.",
        (_, Some("unavailable"), _) => {
            "The function cannot use its tables. Its line in the log group /aws/lambda/STACK-FUNCTION names the table \
             and the reason, such as a KMS key that its role may not use."
        }
        (500.., Some(_), _) => "The cause is in the log: filter status >= 500 in /aws/lambda/STACK-FUNCTION.",
        (_, Some(_), _) => "Latchkey refuses a request that it should accept. Look the code up in openapi.yaml.",
        (300..=399, None, _) => "The URL is redirected. Pass the one that it leads to; apps must use that one too.",
        (401, None, Some(_)) => {
            "An authorizer stands in front of the route: remove it, since sign-up and log-in are public."
        }
        (403, None, Some(_)) => {
            "API Gateway does not know this name. Map it to the API's stage, as DomainName and CertificateArn do, or call \
             the output BaseUrl."
        }
        (403, None, None) => {
            "Something in front refuses the request, such as a WAF rule: allow these paths and methods."
        }
        (404, None, Some(_)) => {
            "API Gateway has no such route. Pass the output BaseUrl as it is, without a stage or path of your own behind \
             it. With DomainName, the execute-api host returns 404 to everything."
        }
        (429, None, _) => {
            "API Gateway throttles: raise DefaultThrottle, SignupThrottle or LoginThrottle, or find out who calls so often."
        }
        (500, None, Some(_)) => {
            "The function did not start or has crashed. Its log group /aws/lambda/STACK-FUNCTION says why: often a \
             parameter that it does not accept, named in the line."
        }
        (503, None, Some(_)) => {
            "Lambda could not run the function in time. A new account may run few at once: ask for more in Service Quotas \
             (Lambda, Concurrent executions)."
        }
        (500.., None, None) => "What stands in front cannot reach the API: check its origin.",
        _ => "This is not Latchkey. Pass the output BaseUrl, and check where the name leads.",
    };
    advice.to_owned()
}

/// How the pages of an origin come to be allowed.
pub(super) fn list_origin(origin: &str) -> String {
    format!("Set AllowedOrigins to the origins of your pages, separated by commas: AllowedOrigins={origin}")
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderMap;
    use serde_json::{Value, json};

    use super::{Answer, of_answer};

    #[test]
    fn what_to_do_depends_on_who_responded() {
        let message = |text: &str| json!({"message": text});
        let code = |text: &str| json!({"code": text});
        for (status, body, expected) in [
            (301, Value::Null, "The URL is redirected"),
            (400, code("no_issuer"), "Set Issuer"),
            (401, code("missing_token"), "The token did not arrive"),
            (401, code("invalid_token"), "the same tables, Issuer and Audience"),
            (401, message("Unauthorized"), "An authorizer stands in front"),
            (403, message("Forbidden"), "DomainName and CertificateArn"),
            (403, Value::Null, "a WAF rule"),
            (403, code("origin_required"), "the distribution in front"),
            (404, message("Not Found"), "API Gateway has no such route"),
            (404, Value::Null, "This is not Latchkey"),
            (422, code("validation_failed"), "openapi.yaml"),
            (429, code("too_many_attempts"), "Retry-After"),
            (429, message("Too Many Requests"), "DefaultThrottle"),
            (500, message("Internal Server Error"), "did not start or has crashed"),
            (500, code("internal_error"), "filter status >= 500"),
            (503, message("Service Unavailable"), "Concurrent executions"),
            (503, code("no_keys_yet"), "The first sign-up makes the keys"),
            (400, code("return_url_not_allowed"), "OAuthReturnUrls"),
            (503, code("unavailable"), "cannot use its tables"),
            (502, Value::Null, "cannot reach the API"),
            (200, Value::Null, "This is not Latchkey"),
        ] {
            let advice = of_answer(&Answer { status, headers: HeaderMap::new(), body });
            assert!(advice.contains(expected), "{status}: {advice}");
        }
    }
}
