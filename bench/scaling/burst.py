"""What a burst of log-ins meets, event by event: API Gateway's throttle, Lambda's pool, the limits of attempts.

Only log-in is simulated, on one of its two routes. Everything random comes from one seed.
"""

import collections
import dataclasses
import heapq
import itertools
import random

import model

SEED = 20261125
SECONDS, ATTACK_BEGINS, ATTACK_ENDS = 180, 30, 150
ATTACK_RATE = 1_000
ATTACKED, ATTACKERS_ADDRESS = "attacked account", 0
PROBES_PER_SECOND = 10
# Assumed, since it was not measured on AWS.
COLD_START_MILLISECONDS = 200
# A rate-based rule of AWS WAF: as many requests of one address in five minutes, blocked only once the rule has looked.
WAF_REQUESTS, WAF_WINDOW_SECONDS, WAF_LOOKS_EVERY_SECONDS = 300, 300, 30

OUTCOMES = ("logged in", "wrong password", "429, a limit", "429, API Gateway", "5xx, no function free", "blocked by WAF")
LOGGED_IN, WRONG, LIMITED, THROTTLED, NO_FUNCTION, BLOCKED = OUTCOMES


@dataclasses.dataclass(frozen=True)
class Scenario:
    """Who attacks from how many addresses, whether one account or another at each attempt, and what stands against it."""

    title: str
    attack_rate: int = 0
    addresses: int = 1
    on_one_account: bool = False
    login_throttle: int = model.PARAMETERS["LoginThrottle"]
    has_waf: bool = False
    functions: int = model.LAMBDA_AT_ONCE.value


SCENARIOS = [
    Scenario("a normal peak of 1 million people"),
    Scenario("10,000 addresses on one account", ATTACK_RATE, 10_000, True),
    Scenario("the same, in a new account of AWS", ATTACK_RATE, 10_000, True, functions=model.LAMBDA_AT_ONCE_NEW.value),
    Scenario("the same, `LoginThrottle` 2,000", ATTACK_RATE, 10_000, True, 2_000),
    Scenario("one address on many accounts", ATTACK_RATE),
    Scenario("the same, CloudFront and WAF in front", ATTACK_RATE, has_waf=True),
]


class TokenBucket:
    """API Gateway's throttle, and how fast Lambda starts functions: so many a second, and `capacity` at once."""

    def __init__(self, rate, capacity):
        self.rate, self.capacity, self.tokens, self.at = rate, capacity, capacity, 0.0

    def has_one(self, now):
        return min(self.capacity, self.tokens + (now - self.at) * self.rate) >= 1

    def take(self, now):
        self.tokens, self.at = min(self.capacity, self.tokens + (now - self.at) * self.rate), now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


class Pool:
    """Lambda's functions: a free one, else a cold one while the quota and the pace of starting allow it."""

    def __init__(self, quota):
        pace = model.LAMBDA_STARTS_IN_10_SECONDS.value
        self.quota, self.idle, self.busy, self.starts = quota, 0, 0, TokenBucket(pace / 10, pace)

    def has_room(self, now):
        return self.busy < self.quota and (self.idle > 0 or self.starts.has_one(now))

    def begin(self, now):
        """How many milliseconds the start takes, or None where there is no room."""
        if not self.has_room(now):
            return None
        self.busy += 1
        if self.idle:
            self.idle -= 1
            return 0
        self.starts.take(now)
        return COLD_START_MILLISECONDS

    def end(self):
        self.busy, self.idle = self.busy - 1, self.idle + 1


class Counters:
    """The counters of one limit. The simulated time is the beginning of a window."""

    def __init__(self, parameter):
        count, seconds = model.PARAMETERS[parameter].split("/")
        self.limit, self.window_seconds, self.counts = int(count), int(seconds), collections.Counter()

    def count(self, key, now):
        return self.counts[key, now // self.window_seconds]

    def add(self, key, now):
        self.counts[key, now // self.window_seconds] += 1
        return self.count(key, now)


class Waf:
    """A rate-based rule."""

    def __init__(self):
        self.seen, self.blocked, self.looks_at = collections.defaultdict(collections.deque), set(), 0.0

    def lets_through(self, address, now):
        times = self.seen[address]
        times.append(now)
        while times[0] < now - WAF_WINDOW_SECONDS:
            times.popleft()
        if now >= self.looks_at:
            self.looks_at = now + WAF_LOOKS_EVERY_SECONDS
            self.blocked = {address for address, times in self.seen.items() if len(times) > WAF_REQUESTS}
        return address not in self.blocked


class Service:
    """API Gateway, the log-in function and its counters."""

    def __init__(self, scenario):
        self.waf = Waf() if scenario.has_waf else None
        self.gate = TokenBucket(scenario.login_throttle, scenario.login_throttle)
        self.pool = Pool(scenario.functions)
        self.pairs, self.accounts = Counters("LimitPair"), Counters("LimitAccount")
        self.failures = Counters("LimitAddress")
        self.account_writes = collections.Counter()

    def log_in(self, now, account, address, is_known, is_right):
        """The outcome, and, where a function ran, for how many milliseconds."""
        if self.waf and not self.waf.lets_through(address, now):
            return BLOCKED, None
        if not self.gate.take(now):
            return THROTTLED, None
        start = self.pool.begin(now)
        if start is None:
            return NO_FUNCTION, None
        outcome, request = self._decide(now, account, address, is_known, is_right)
        return outcome, start + request.milliseconds()

    def _decide(self, now, account, address, is_known, is_right):
        is_pair_full = self.pairs.add((account, address), now) > self.pairs.limit
        if is_pair_full or not (is_known or self.failures.count(address, now) < self.failures.limit):
            return LIMITED, model.REFUSED
        if not is_known:
            self.account_writes[account, int(now)] += 1
            if self.accounts.add(account, now) > self.accounts.limit:
                return LIMITED, model.REFUSED_FOR_ACCOUNT
        if is_right:
            return LOGGED_IN, model.LOGIN if is_known else model.LOGIN_NEW
        return WRONG, model.LOGIN_WRONG if is_known else model.LOGIN_NEW_WRONG

    def would_let_in(self, now, account, address, is_known):
        """Whether somebody's first attempt with the right password would succeed now. Nothing is counted."""
        return (
            not (self.waf and address in self.waf.blocked)
            and self.gate.has_one(now)
            and self.pool.has_room(now)
            and (
                is_known
                or self.failures.count(address, now) < self.failures.limit
                and self.accounts.count(account, now) < self.accounts.limit
            )
        )


@dataclasses.dataclass
class Result:
    """What happened: by second the outcomes and the most functions at once; and over the attack, or where there is none
    over the same time, shares of 1."""

    outcomes: list
    at_once: list
    guesses: int
    others: float
    owner_known: float
    owner_new: float
    neighbour_known: float
    neighbour_new: float
    account_writes: int


def arrivals(scenario, people_rate, use, rng):
    """Every log-in: when, of which account, from where, known or not, right or not, by an attacker or not."""
    people = itertools.count(1)
    now = 0.0
    while (now := now + rng.expovariate(people_rate)) < SECONDS:
        someone = f"person {next(people)}"
        is_known, is_right = rng.random() >= use.new_address, rng.random() >= use.wrong_password
        yield now, someone, someone, is_known, is_right, False
    now, guesses = float(ATTACK_BEGINS), itertools.count(1)
    while scenario.attack_rate and (now := now + rng.expovariate(scenario.attack_rate)) < ATTACK_ENDS:
        account = ATTACKED if scenario.on_one_account else f"account {next(guesses)}"
        yield now, account, ATTACKERS_ADDRESS + rng.randrange(scenario.addresses), False, False, True


def simulate(scenario, people_rate, use):
    """Plays a scenario beside people who log in so often a second."""
    service, rng = Service(scenario), random.Random(SEED)
    outcomes = [collections.Counter() for _ in range(SECONDS)]
    at_once = [0] * SECONDS
    guesses, others, probes = 0, [], collections.defaultdict(list)
    # Ends of requests, each with the address whose failure counts then.
    ends, order = [], itertools.count()
    events = [(now, "log-in", rest) for now, *rest in arrivals(scenario, people_rate, use, rng)]
    attack = range(ATTACK_BEGINS * PROBES_PER_SECOND, ATTACK_ENDS * PROBES_PER_SECOND)
    events += [((tick + rng.random()) / PROBES_PER_SECOND, "probe", None) for tick in attack]
    events.sort(key=lambda event: event[0])
    for now, kind, rest in events:
        while ends and ends[0][0] <= now:
            ended_at, _, failed_address = heapq.heappop(ends)
            service.pool.end()
            if failed_address is not None:
                service.failures.add(failed_address, ended_at)
        if kind == "probe":
            probes["owner_known"].append(service.would_let_in(now, ATTACKED, "home", True))
            probes["owner_new"].append(service.would_let_in(now, ATTACKED, "elsewhere", False))
            probes["neighbour_known"].append(service.would_let_in(now, "neighbour", ATTACKERS_ADDRESS, True))
            probes["neighbour_new"].append(service.would_let_in(now, "newcomer", ATTACKERS_ADDRESS, False))
            continue
        account, address, is_known, is_right, is_attacker = rest
        outcome, milliseconds = service.log_in(now, account, address, is_known, is_right)
        outcomes[int(now)][outcome] += 1
        if milliseconds is not None:
            failed_address = address if outcome == WRONG else None
            heapq.heappush(ends, (now + milliseconds / 1000, next(order), failed_address))
            at_once[int(now)] = max(at_once[int(now)], service.pool.busy)
        if is_attacker:
            guesses += outcome == WRONG
        elif is_right and ATTACK_BEGINS <= now < ATTACK_ENDS:
            others.append(outcome == LOGGED_IN)
    shares = {name: sum(of) / len(of) for name, of in probes.items()}
    written = max((count for (account, _), count in service.account_writes.items() if account == ATTACKED), default=0)
    return Result(outcomes, at_once, guesses, sum(others) / len(others), **shares, account_writes=written)
