//! `EXECUTION:map`, `EXECUTION:map:INDEX`: the names that Map Runs and their children have, and what is said where an
//! execution's is asked for.

/// Such a name, taken apart. Whether there is anything of this name it does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MapRunName<'a> {
    /// The execution that the Map Run belongs to.
    pub execution: &'a str,
    /// `EXECUTION:map`, or `EXECUTION:map-EVENT`.
    pub map_run: &'a str,
    /// Whether more follows: an index.
    pub is_child: bool,
}

impl<'a> MapRunName<'a> {
    /// None for a text that is no such name.
    pub fn parse(name: &'a str) -> Option<MapRunName<'a>> {
        let (execution, rest) = name.split_once(':')?;
        let named = rest.split(':').next().filter(|named| *named == "map" || named.starts_with("map-"))?;
        let length = execution.len() + 1 + named.len();
        Some(MapRunName { execution, map_run: &name[..length], is_child: length < name.len() })
    }

    /// What it names.
    pub fn what(&self) -> &'static str {
        if self.is_child { "a child of a Map Run" } else { "a Map Run" }
    }
}

/// What is said of a name that looks like a child's and is none's.
pub fn no_child(name: &str) -> String {
    format!("`{name}` names no child: one is called EXECUTION:map:INDEX, or EXECUTION:map-EVENT:INDEX")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_executions_are_none_of_map_runs() {
        let name = |map_run, is_child| Some(MapRunName { execution: "it", map_run, is_child });
        assert_eq!(MapRunName::parse("it:map"), name("it:map", false));
        assert_eq!(MapRunName::parse("it:map-4:0"), name("it:map-4", true));
        for other in ["it", "it:mapped", "it:0", "map"] {
            assert_eq!(MapRunName::parse(other), None, "{other}");
        }
    }
}
