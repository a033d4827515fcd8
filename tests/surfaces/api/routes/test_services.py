"""The catalogue of services over REST: as `vpce-guard services` tells it."""

from __future__ import annotations

from fastapi.testclient import TestClient


def test_services_are_found_by_a_part_of_their_names(client: TestClient) -> None:
    answer = client.get("/v1/services", params={"about": "Ecr.Api"}).json()
    assert answer["services"] == [{"name": "ecr.api", "types": ["Interface"]}]


def test_a_listing_has_all_of_them_and_the_day(client: TestClient) -> None:
    answer = client.get("/v1/services").json()
    assert len(answer["services"]) > 400
    assert answer["date"].startswith("20")
    assert answer["age_days"] >= 0


def test_a_service_has_its_facts_with_the_sources_that_tell_them(client: TestClient) -> None:
    answer = client.get("/v1/services/s3").json()
    assert answer["facts"]["types"] == ["Gateway", "Interface"]
    assert {"guide", "cdk"} <= set(answer["sources"])
    assert answer["sources"]["guide"]["url"].startswith("https://docs.aws.amazon.com/")


def test_a_service_that_is_not_known_names_what_may_be_meant(client: TestClient) -> None:
    answer = client.get("/v1/services/api.ecr")
    assert answer.status_code == 404
    assert "Did you mean ecr.api?" in answer.json()["detail"]
