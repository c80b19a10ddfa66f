"""The HTTP API: its routes, who may call it from a page, how much, and under what name."""

import json
import re
import unittest

from samcli.yamlhelper import yaml_parse
from support.template import ROOT, Template

DOMAIN = {"DomainName": "auth.example.com", "CertificateArn": "arn:aws:acm:us-east-1:111111111111:certificate/1"}
FUNCTION_OF = {"signup": "SignupFunction", "login": "LoginFunction"}


def body(**parameters):
    return Template(**parameters).properties("Api")["Body"]


def cors_constant(name):
    text = (ROOT / "local/src/gateway/cors.rs").read_text()
    value = re.search(rf'const {name}: &str =\s*"((?:[^"\\]|\\\s)*)"', text)[1]
    return set(re.sub(r"\\\s+", "", value).split(","))


class Routes(unittest.TestCase):
    def test_each_path_of_the_document_leads_to_its_function_with_any_method(self):
        documented = yaml_parse((ROOT / "openapi.yaml").read_text())["paths"]
        expected = {
            path.replace("/api:{group}", "/{group}"): FUNCTION_OF.get(path.rsplit("/", 1)[1], "MeFunction")
            for path in documented
        }
        routes = {}
        for path, methods in body()["paths"].items():
            integration = methods["x-amazon-apigateway-any-method"]["x-amazon-apigateway-integration"]
            self.assertEqual((list(methods), integration["payloadFormatVersion"]), (["x-amazon-apigateway-any-method"], "2.0"))
            routes[path] = re.search(r"functions/(\w+)\.Arn", integration["uri"])[1]
        self.assertEqual(routes, expected)

    def test_sign_up_and_login_are_throttled_far_below_the_rest_in_both_dialects(self):
        stage = Template().properties("ApiApiGatewayDefaultStage")
        self.assertEqual(stage["StageName"], "$default")
        rest = stage["DefaultRouteSettings"]["ThrottlingRateLimit"]
        throttled = {f"ANY {path}" for path in body()["paths"] if path.endswith(("/signup", "/login"))}
        self.assertEqual(stage["RouteSettings"].keys(), throttled)
        for route, settings in stage["RouteSettings"].items():
            self.assertLessEqual(settings["ThrottlingRateLimit"], rest / 10, route)
            self.assertLessEqual(settings["ThrottlingBurstLimit"], rest / 10, route)

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
            self.assertEqual(set(cors["allowHeaders"]), cors_constant("ALLOWED_HEADERS"))
            self.assertEqual(set(cors["exposeHeaders"]), cors_constant("EXPOSED_HEADERS"))
            self.assertEqual(set(cors["allowMethods"]), {"GET", "POST", "OPTIONS"})
            self.assertEqual(cors["maxAge"], 300)


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
