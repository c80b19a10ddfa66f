"""docs/scaling.md says what bench/scaling computes, from what the template, the code and docs/operations.md say."""

import re
import sys
import unittest

from support.template import ROOT, Template, source, uses

sys.path.insert(0, str(ROOT / "bench/scaling"))

import burst  # noqa: E402
import model  # noqa: E402
import simulate  # noqa: E402

# Each another number, so that it shows which of them stands on a route.
THROTTLES = {"SignupThrottle": 1, "LoginThrottle": 2, "AccountThrottle": 3, "DefaultThrottle": 4}


def document():
    return (ROOT / "docs/scaling.md").read_text()


def rust_number(path, pattern):
    return int(re.search(pattern, (ROOT / path).read_text())[1])


class Document(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.use = model.Use()
        cls.results = [burst.simulate(scenario, simulate.logins_beside(cls.use), cls.use) for scenario in burst.SCENARIOS]

    def test_its_tables_are_the_ones_that_are_computed(self):
        written = re.findall(r"(?:^\|.*\n)+", document(), re.MULTILINE)
        computed = [f"{table}\n" for table in simulate.tables(self.use, self.results)]
        self.assertEqual(len(written), len(computed))
        for of_document, of_program in zip(written, computed):
            with self.subTest(of_program.split("\n")[0]):
                self.assertEqual(of_document.split("\n"), of_program.split("\n"))

    def test_its_plot_was_drawn_from_what_is_simulated(self):
        plot = (ROOT / "docs/scaling.svg").read_text()
        self.assertEqual(re.search("<dc:description>(.+?)<", plot)[1], simulate.digest(self.results))


class Assumptions(unittest.TestCase):
    def test_throttles_and_limits_are_the_templates_defaults(self):
        defaults = {name: source()["Parameters"][name]["Default"] for name in model.PARAMETERS}
        self.assertEqual(model.PARAMETERS, defaults)

    def test_each_throttle_of_its_own_stands_on_as_many_routes_as_the_template_gives_it(self):
        (stage,) = Template(**THROTTLES).resources("AWS::ApiGatewayV2::Stage").values()
        of_routes = stage["Properties"]["RouteSettings"]
        own = [settings["ThrottlingRateLimit"] for settings in of_routes.values()]
        for settings in [*of_routes.values(), stage["Properties"]["DefaultRouteSettings"]]:
            self.assertEqual(settings["ThrottlingRateLimit"], settings["ThrottlingBurstLimit"])
        self.assertEqual(model.ROUTES, {name: own.count(THROTTLES[name]) for name in model.ROUTES})
        self.assertEqual(sum(model.ROUTES.values()), len(own))

    def test_memory_is_the_templates_and_processor_time_what_was_measured(self):
        measured = (ROOT / "docs/operations.md").read_text()
        for function in model.MEMORY_MEGABYTES:
            with self.subTest(function):
                properties = Template().properties(f"{function.capitalize()}Function")
                self.assertEqual(model.MEMORY_MEGABYTES[function], properties["MemorySize"])
                milliseconds = re.search(rf"^\| {function} \| (\d+) ms \|", measured, re.MULTILINE)[1]
                self.assertEqual(model.PROCESSOR_MILLISECONDS[function], int(milliseconds))

    def test_prices_are_those_of_the_operations_page(self):
        page = (ROOT / "docs/operations.md").read_text()
        signup, _known, new, me = re.search(r"^\| \*\*together\*\* \| \|(.+)\|$", page, re.MULTILINE)[1].split("|")
        refresh, _known, _new, logout = re.search(r"^\| \*\*together, in a session\*\* \|(.+)\|$", page, re.MULTILINE)[1].split("|")
        found = {"sign-up": signup, "log-in": new, "`me`": me, "refresh": refresh, "log-out": logout}
        self.assertEqual(model.DOLLARS_A_MILLION, {name: float(price.strip(" *")) for name, price in found.items()})
        write = re.search(r"^\| DynamoDB writes \| ([\d.]+) a million units ", page, re.MULTILINE)[1]
        self.assertEqual(model.DOLLARS_A_MILLION_WRITE_UNITS, float(write))

    def test_requests_read_and_write_what_their_programs_were_seen_to(self):
        keys = {"signing-keys", "public-keys", "digest-keys"}
        # The model is of a deployment without mail, which uses neither of these.
        of_mail = {"signup": {"pending", "outbox"}, "login": {"outbox"}}
        for function in model.MEMORY_MEGABYTES:
            for units, actions in [("reads", {"GetItem"}), ("writes", {"PutItem", "UpdateItem"})]:
                with self.subTest(function, units=units):
                    of = [getattr(request, units) for request in model.REQUESTS if request.function == function]
                    seen = {table for table, used in uses(function)["actions"].items() if actions & set(used)} - keys
                    seen -= of_mail.get(function, set())
                    self.assertEqual({table.lower() for table in set().union(*of)}, seen)

    def test_waits_are_the_codes(self):
        timeout = rust_number("shared/src/store/client.rs", r"\bCALL_TIMEOUT: Duration = Duration::from_secs\((\d+)\)")
        self.assertEqual(model.CALL_TIMEOUT_SECONDS, timeout)
        minutes = rust_number("shared/src/keys/mod.rs", r"MAX_AGE_MILLIS: u64 = (\d+) \* 60 \* 1000")
        self.assertEqual(model.KEYS_MAX_AGE_SECONDS, minutes * 60)


if __name__ == "__main__":
    unittest.main()
