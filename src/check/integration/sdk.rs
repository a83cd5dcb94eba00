//! The actions of the AWS SDK integrations: `arn:aws:states:::aws-sdk:SERVICE:ACTION`.
//!
//! `sdk.txt` has a line a service: its name, then its actions, all sorted. It was made from the API models of botocore
//! 1.44.5 (November 2026) and of 1.34.0, for services that have ended since, by the rules of the Java SDK: a service is its
//! `serviceId` in lower case without `AWS`, `Amazon` and `Service` around it, an action begins with a small letter.

use std::sync::LazyLock;

/// What the table covers, for people.
pub(super) const AS_OF: &str = "November 2026";

static SERVICES: LazyLock<Vec<(&str, &str)>> =
    LazyLock::new(|| include_str!("sdk.txt").lines().filter_map(|line| line.split_once(' ')).collect());

/// The actions of a service, when there is such a service.
pub(super) fn actions(service: &str) -> Option<impl Iterator<Item = &'static str>> {
    let index = SERVICES.binary_search_by_key(&service, |(name, _)| *name).ok()?;
    Some(SERVICES[index].1.split(' '))
}

/// The names of all services.
pub(super) fn services() -> impl Iterator<Item = &'static str> {
    SERVICES.iter().map(|(name, _)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_whole() {
        assert!(SERVICES.is_sorted());
        assert!(actions("dynamodb").unwrap().any(|action| action == "query"));
        assert!(actions("s3").unwrap().all(|action| action != "noSuchAction"));
        assert!(actions("nosuchservice").is_none());
    }
}
