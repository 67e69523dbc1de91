use std::collections::HashSet;

use super::seeded;

#[tokio::test]
async fn pages_follow_each_other_to_the_end() {
    let rest = seeded("rest_paging").await;
    for (list, key) in [("/api/anomalies", "id"), ("/api/decisions", "id"), ("/api/blockchain", "hash")] {
        let all = rest.get(&format!("{list}?first=1000")).await.json()["items"].as_array().unwrap().clone();
        assert!(all.len() > 60, "{list} has {}", all.len());
        let (mut seen, mut next) = (Vec::new(), format!("{list}?first=25"));
        loop {
            let answer = rest.get(&next).await;
            let page = answer.json();
            seen.extend(page["items"].as_array().unwrap().iter().map(|item| item[key].clone()));
            let link = answer.header("link").to_owned();
            let Some(cursor) = page["nextCursor"].as_str() else {
                assert!(link.is_empty());
                break;
            };
            next = link.strip_prefix('<').unwrap().strip_suffix(">; rel=\"next\"").unwrap().to_owned();
            assert!(next.contains("first=25") && next.contains(cursor), "{next}");
        }
        let expected: Vec<_> = all.iter().map(|item| item[key].clone()).collect();
        if list != "/api/blockchain" || all.len() < 1_000 {
            assert_eq!(seen, expected);
        }
        assert_eq!(seen.iter().map(ToString::to_string).collect::<HashSet<_>>().len(), seen.len());
    }
}

#[tokio::test]
async fn pages_that_there_are_not_are_refused() {
    let rest = seeded("rest_no_pages").await;
    for (query, parameter) in [("first=0", "first"), ("first=1001", "first"), ("after=x", "after")] {
        let problem = rest.get(&format!("/api/actions?{query}")).await.problem(422);
        assert_eq!(problem["errors"][0]["parameter"], parameter);
    }
}
