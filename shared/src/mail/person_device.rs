//! What a mail says about the browser that a request came from.

/// Names of browsers and what a `User-Agent` of theirs holds. The first that fits counts: many pretend to be another one.
const BROWSERS: [(&str, &str); 8] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];

/// Names of systems and what a `User-Agent` on them holds, in the order in which they are looked for.
const SYSTEMS: [(&str, &str); 7] = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
];

/// A browser and a system of a fixed list, such as `Firefox, Windows`; empty if neither is known. Anyone can write anything
/// into a `User-Agent`, and a mail must not carry it to somebody else.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PersonDevice(Vec<&'static str>);

impl PersonDevice {
    /// The device of this `User-Agent`.
    #[must_use]
    pub fn of_user_agent(user_agent: &[u8]) -> Self {
        let text = String::from_utf8_lossy(user_agent);
        let first = |known: &[(&str, &'static str)]| {
            known.iter().find(|(token, _name)| text.contains(token)).map(|(_token, name)| *name)
        };
        Self([first(&BROWSERS), first(&SYSTEMS)].into_iter().flatten().collect())
    }

    /// A device as it came out of the store. Names that this version does not know are dropped.
    #[must_use]
    pub fn from_stored(names: &[String]) -> Self {
        let known = BROWSERS.iter().chain(&SYSTEMS).map(|(_token, name)| *name);
        Self(names.iter().filter_map(|stored| known.clone().find(|name| name == stored)).take(2).collect())
    }

    /// Its names: of the browser, the system, or both.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::PersonDevice;

    #[test]
    fn a_device_is_of_the_list_or_unknown() {
        let chrome =
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0";
        let safari = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
                      Version/18.1 Mobile/15E148 Safari/604.1";
        for (agent, expected) in [
            (format!("{chrome} Safari/537.36"), "Chrome, Windows"),
            (format!("{chrome} Safari/537.36 Edg/131.0.0.0"), "Edge, Windows"),
            (safari.to_owned(), "Safari, iPhone"),
            ("Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0".to_owned(), "Firefox, Linux"),
            ("curl/8.5.0".to_owned(), ""),
            ("Win a prize at https://evil.example".to_owned(), ""),
        ] {
            let device = PersonDevice::of_user_agent(agent.as_bytes());
            assert_eq!(device.names().collect::<Vec<_>>().join(", "), expected, "{agent}");
            let stored: Vec<_> = device.names().map(str::to_owned).collect();
            assert_eq!(PersonDevice::from_stored(&stored), device);
        }
        assert_eq!(PersonDevice::from_stored(&["Visit evil.example".to_owned()]), PersonDevice::default());
    }
}
