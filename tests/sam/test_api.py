"""The HTTP API: its routes, who may call it from a page, how much, and under what name."""

import json
import re
import unittest

from samcli.yamlhelper import yaml_parse
from support.template import FUNCTIONS, PROVIDER, ROOT, Template, logical_id, uses

DOMAIN = {"DomainName": "auth.example.com", "CertificateArn": "arn:aws:acm:us-east-1:111111111111:certificate/1"}
METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}
# Without a throttle, anyone could use these to guess passwords, to fill the tables, or to make us call providers.
THROTTLED = ("signup", "login", "oauth", "account")
# Pages read it to show their buttons.
NOT_THROTTLED = {"GET /auth/oauth"}


def body(**parameters):
    return Template(**parameters).properties("Api")["Body"]


def routes():
    """Every route of the API, such as POST /auth/login, with the logical name of its function."""
    found = {}
    for path, item in body(**PROVIDER)["paths"].items():
        for method, operation in item.items():
            integration = operation["x-amazon-apigateway-integration"]
            assert integration["payloadFormatVersion"] == "2.0", (method, path)
            found[f"{method.upper()} {path}"] = re.search(r"functions/(\w+)\.Arn", integration["uri"])[1]
    return found


def cors_constant(name):
    text = (ROOT / "local/src/gateway/cors.rs").read_text()
    value = re.search(rf'const {name}: &str =\s*"((?:[^"\\]|\\\s)*)"', text)[1]
    return set(re.sub(r"\\\s+", "", value).split(","))


class Routes(unittest.TestCase):
    def test_each_function_gets_the_routes_that_it_has_in_code(self):
        expected = {(route, logical_id(function, "Function")) for function in FUNCTIONS for route in uses(function)["routes"]}
        self.assertEqual(set(routes().items()), expected)

    def test_each_operation_of_the_document_is_a_route_and_each_route_an_operation(self):
        documented = yaml_parse((ROOT / "openapi.yaml").read_text())["paths"]
        operations = {
            f"{method.upper()} {path.replace('/api:{group}', '/{group}')}"
            for path, item in documented.items()
            for method in item.keys() & METHODS
        }
        self.assertEqual(operations, routes().keys())

    def test_every_way_in_is_throttled_below_the_rest_in_both_dialects(self):
        stage = Template(**PROVIDER).properties("ApiApiGatewayDefaultStage")
        self.assertEqual(stage["StageName"], "$default")
        rest = stage["DefaultRouteSettings"]["ThrottlingRateLimit"]
        self.assertEqual(rest, 100)
        # API Gateway ends the deploy if a key is not a route.
        self.assertLessEqual(stage["RouteSettings"].keys(), routes().keys())
        throttled = {route for function in THROTTLED for route in uses(function)["routes"]} - NOT_THROTTLED
        self.assertEqual(stage["RouteSettings"].keys(), throttled)
        for route, settings in stage["RouteSettings"].items():
            self.assertLessEqual(settings["ThrottlingRateLimit"], rest / 2, route)
            self.assertLessEqual(settings["ThrottlingBurstLimit"], rest / 2, route)

    def test_without_a_provider_there_is_no_route_of_such_a_sign_in_and_no_throttle_for_one(self):
        of_others = {route for function in FUNCTIONS if function != "oauth" for route in uses(function)["routes"]}
        there = {f"{method.upper()} {path}" for path, item in body()["paths"].items() for method in item}
        self.assertEqual(there, of_others)
        self.assertLessEqual(Template().properties("ApiApiGatewayDefaultStage")["RouteSettings"].keys(), of_others)

    def test_a_domain_of_ones_own_is_mapped_named_and_the_only_way_in(self):
        def disabled(**parameters):
            return body(**parameters)["servers"][0]["x-amazon-apigateway-endpoint-configuration"]["disableExecuteApiEndpoint"]

        self.assertIs(disabled(), False)
        self.assertIs(disabled(**DOMAIN), True)
        self.assertEqual(Template().resources("AWS::ApiGatewayV2::DomainName"), {})
        template = Template(**DOMAIN, HostedZoneId="Z0123")
        mapping = template.properties("DomainMapping")
        self.assertEqual(mapping, {"ApiId": "Api", "DomainName": "Domain", "Stage": "ApiApiGatewayDefaultStage"})
        self.assertEqual(template.resources("AWS::Route53::RecordSet").keys(), {"DomainRecord"})
        self.assertEqual(Template(**DOMAIN).resources("AWS::Route53::RecordSet"), {})


class Cors(unittest.TestCase):
    def test_any_origin_may_call_without_credentials_and_listed_ones_with(self):
        cors = body()["x-amazon-apigateway-cors"]
        self.assertEqual((cors["allowOrigins"], cors.get("allowCredentials")), (["*"], None))
        cors = body(AllowedOrigins="https://a.example,http://localhost:5173")["x-amazon-apigateway-cors"]
        self.assertEqual(cors["allowOrigins"], ["https://a.example", "http://localhost:5173"])
        self.assertIs(cors["allowCredentials"], True)

    def test_headers_and_methods_are_those_of_the_gateway_of_cargo_dev(self):
        for origins in ("*", "https://a.example"):
            cors = body(AllowedOrigins=origins)["x-amazon-apigateway-cors"]
            allowed = cors_constant("OWN_HEADERS") | cors_constant("DEFAULT_ALLOWED_HEADERS")
            self.assertEqual(set(cors["allowHeaders"]), allowed)
            self.assertLessEqual({"traceparent", "baggage", "sentry-trace"}, allowed)
            self.assertEqual(set(cors["exposeHeaders"]), cors_constant("EXPOSED_HEADERS"))
            # Browsers need no permission to send HEAD.
            self.assertEqual(set(cors["allowMethods"]), {route.split()[0] for route in routes()} - {"HEAD"} | {"OPTIONS"})
            self.assertEqual(cors["maxAge"], 300)


    def test_further_headers_replace_those_of_the_default_and_leave_the_functions_own(self):
        for origins in ("*", "https://a.example"):
            cors = body(AllowedOrigins=origins, AllowedHeaders="x-a,x-b")["x-amazon-apigateway-cors"]
            self.assertEqual(set(cors["allowHeaders"]), cors_constant("OWN_HEADERS") | {"x-a", "x-b"})
            self.assertEqual((cors["maxAge"], cors.get("allowCredentials")), (300, None if origins == "*" else True))


class AccessLog(unittest.TestCase):
    def test_it_is_one_json_line_without_personal_data(self):
        stage = Template().properties("ApiApiGatewayDefaultStage")["AccessLogSettings"]
        self.assertEqual(stage["DestinationArn"], "AccessLogGroup.Arn")
        line = json.loads(stage["Format"])
        self.assertNotIn("\n", stage["Format"])
        # The source address, the user agent, and the path, which may hold anything.
        allowed = {"requestId", "requestTime", "routeKey", "status", "responseLength", "responseLatency",
                   "integrationLatency", "integrationStatus", "integrationErrorMessage", "error.message"}
        self.assertEqual({value.removeprefix("$context.") for value in line.values()}, allowed)


if __name__ == "__main__":
    unittest.main()
