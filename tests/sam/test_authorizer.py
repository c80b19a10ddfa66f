"""examples/authorizer: what its template becomes, and what its function answers."""

import json
import re
import unittest

from samcli.yamlhelper import yaml_parse

from support.template import ROOT, source, transform

ISSUER = "https://auth.example.com"


def written():
    return yaml_parse((ROOT / "examples/authorizer/template.yaml").read_text())


def opens(wanted, claims):
    """Whether API Gateway lets a good token through: one of the route's scopes has to be in its `scope` or `scp`.
    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html"""
    held = claims.get("scope", claims.get("scp", "")).split()
    return not wanted or any(scope in held for scope in wanted)


class Authorizer(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.resources = transform(written(), {"Issuer": ISSUER})["Resources"]
        cls.api = cls.resources["Api"]["Properties"]

    def test_every_route_is_behind_the_one_authorizer_which_checks_jwts(self):
        authorizers = self.api["Body"]["components"]["securitySchemes"]
        self.assertEqual(list(authorizers), ["Latchkey"])
        authorizer = authorizers["Latchkey"]["x-amazon-apigateway-authorizer"]
        self.assertEqual((authorizer["type"], authorizer["identitySource"]), ("jwt", "$request.header.Authorization"))
        self.assertEqual(authorizer["jwtConfiguration"], {"issuer": {"Ref": "Issuer"}, "audience": [{"Ref": "Audience"}]})
        routes = {
            f"{method} {path}": route.get("security")
            for path, methods in self.api["Body"]["paths"].items()
            for method, route in methods.items()
        }
        self.assertEqual(routes, {"get /notes/me": [{"Latchkey": []}], "get /notes": [{"Latchkey": ["notes:admin"]}]})

    def test_a_route_with_a_scope_opens_for_tokens_that_have_it(self):
        scopes = {path: methods["get"]["security"][0]["Latchkey"] for path, methods in self.api["Body"]["paths"].items()}
        for claims, opened in [
            ({}, ["/notes/me"]),
            ({"scope": ""}, ["/notes/me"]),
            ({"scope": "notes:read"}, ["/notes/me"]),
            ({"scope": "notes:administrator"}, ["/notes/me"]),
            ({"role": "notes:admin"}, ["/notes/me"]),
            ({"scope": "notes:read notes:admin"}, ["/notes", "/notes/me"]),
        ]:
            with self.subTest(claims):
                self.assertEqual(sorted(path for path, wanted in scopes.items() if opens(wanted, claims)), opened)

    def test_what_api_gateway_warns_of_ends_the_deploy(self):
        self.assertIs(self.api.get("FailOnWarnings"), True)

    def test_pages_may_send_the_token(self):
        cors = self.api["Body"]["x-amazon-apigateway-cors"]
        self.assertEqual((cors["allowOrigins"], cors["allowMethods"]), (["*"], ["GET"]))
        self.assertIn("authorization", cors["allowHeaders"])
        self.assertNotIn("allowCredentials", cors)

    def test_the_function_may_write_its_own_log_and_nothing_else(self):
        role, = [resource for resource in self.resources.values() if resource["Type"] == "AWS::IAM::Role"]
        self.assertNotIn("ManagedPolicyArns", role["Properties"])
        policy, = role["Properties"]["Policies"]
        statement, = policy["PolicyDocument"]["Statement"]
        self.assertEqual(statement["Action"], ["logs:CreateLogStream", "logs:PutLogEvents"])
        self.assertEqual(statement["Resource"], {"Fn::GetAtt": ["NotesLogGroup", "Arn"]})

    def test_every_log_group_forgets(self):
        groups = [resource for resource in self.resources.values() if resource["Type"] == "AWS::Logs::LogGroup"]
        self.assertEqual([group["Properties"]["RetentionInDays"] for group in groups], [{"Ref": "LogRetentionDays"}] * 2)

    def test_latchkeys_stack_puts_out_what_two_parameters_ask_for(self):
        for parameter in ["Issuer", "Audience"]:
            output = re.search(r"output (\w+)", written()["Parameters"][parameter]["Description"])[1]
            self.assertIn(output, source()["Outputs"])

    def test_the_issuer_is_an_https_url_without_trimmings(self):
        pattern = re.compile(written()["Parameters"]["Issuer"]["AllowedPattern"])
        for issuer in [ISSUER, f"{ISSUER}/base", "https://abc123.execute-api.eu-central-1.amazonaws.com"]:
            self.assertRegex(issuer, pattern)
        for issuer in ["", "auth.example.com", "http://auth.example.com", f"{ISSUER}/", f"{ISSUER}?a", f"{ISSUER}#a"]:
            self.assertNotRegex(issuer, pattern)


class Function(unittest.TestCase):
    def answer(self, route="GET /notes/me", **claims):
        program = {}
        exec(written()["Resources"]["NotesFunction"]["Properties"]["InlineCode"], program)
        # API Gateway hands claims over as text, whatever they are in the token.
        claims = {"sub": "01a20fd7", "token_use": "access", "exp": "1795562141"} | claims
        return program["handler"]({"routeKey": route, "requestContext": {"authorizer": {"jwt": {"claims": claims, "scopes": None}}}}, None)

    def test_it_answers_the_user_whose_token_it_is(self):
        answer = self.answer()
        self.assertEqual((answer["statusCode"], json.loads(answer["body"])["id"]), (200, "01a20fd7"))

    def test_whoever_has_the_scope_sees_everybodys(self):
        answer = self.answer("GET /notes", scope="notes:admin")
        self.assertEqual((answer["statusCode"], set(json.loads(answer["body"]))), (200, {"01a20fd7", "somebody"}))

    def test_a_token_of_another_kind_is_403(self):
        for route in ["GET /notes/me", "GET /notes"]:
            self.assertEqual(self.answer(route, token_use="id")["statusCode"], 403)
