"""Files that go through steps: deliberations by message and page, force majeure, leaks that only operators see."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from browser_kit import PHONE, PageAt, fits
from console_kit import House
from stage import Stage, png
from test_assignments import district  # noqa: F401 - the fixture
from test_field_evidence import PDF, house  # noqa: F401 - the fixture
from test_recorded import run

from content import dossiers
from scheduler import archive_records, proof_index
from scheduler.counted_rows import ROWS
from scheduler.counting import COUNTS
from scheduler.exemptions import exemptions
from scheduler.target_standing import Exempt

FIRST, LAST = date(2026, 11, 1), date(2026, 12, 31)
STEPS = (
    "分级 11月21日 一般议题",
    "组织 11月22日 约好十户",
    "协商 11月25日 每户一个柜子",
    "公示 11月28日 楼门口七天",
    "反馈 12月1日 都说好",
)


def dossier(stage: Stage, *words: str) -> tuple[int, str]:
    return run(stage, *words, command="dossier")


def standing(stage: Stage) -> list[tuple[str, tuple[str, ...]]] | None:
    with stage.parts.store.reading() as session:
        found = ROWS["demo_communities"](session, FIRST, LAST)
        counted = COUNTS["demo_communities"](session, FIRST, LAST).value
        assert counted in (None, len(found))
        return None if counted is None else [(row.place, tuple(row.lacks)) for row in found]


def test_a_deliberation_goes_through_six_steps_in_their_order(district: Stage) -> None:  # noqa: F811
    assert standing(district) is None
    assert district.say("小东", "议事 北街 11月20日 楼道堆物怎么管") == (
        "已立档。议事1（东桥街道北街社区，2026-11-20）：楼道堆物怎么管\n接下来是“分级”，做了请发：议事 1 分级 做了什么\n"
        "请在 10 分钟内把照片或截图作为图片发来，可以发几张，都附在议事1的“议题采集”上。"
    )
    district.sim.say(openid="openid-小东", picture=png("one"))
    assert "接下来是“分级”，没有记“组织”" in district.say("小东", "议事 1 组织 11月22日 约好十户")
    assert "在“议题采集”（2026-11-20）以前" in district.say("小东", "议事 1 分级 11月19日 一般议题")
    assert "请写是哪一步。接下来是“分级”" in district.say("小东", "议事 1 大家开会")
    assert "还差：做了什么" in district.say("小东", "议事 1 分级 11月21日")
    for words in STEPS:
        assert standing(district) == []
        assert f"议事1的“{words[:2]}”" in district.say("小东", f"议事 1 {words}"), words
    assert standing(district) == [
        ("东桥街道北街社区", ("分级的材料", "组织的材料", "协商的材料", "公示的材料", "反馈的材料"))
    ]
    assert "“反馈”已经记过了" in district.say("小东", "议事 1 反馈 又一次")
    assert "反馈 2026-12-01：都说好（材料 0 份）\n各步都做完了（6 步）；还差：分级的材料" in district.say(
        "小东", "议事 1"
    )
    assert district.say("小东", "议事").startswith("议题 1 个：\n1 东桥街道北街社区 楼道堆物怎么管，各步都做完了")


def test_one_photograph_behind_a_training_and_a_step_is_flagged_at_both(district: Stage) -> None:  # noqa: F811
    for words in ("培训 东桥 今天 30人 平台使用", "议事 新风一社区，楼道堆物怎么管", "议事 1 分级 一般"):
        assert "已" in district.say("小东", words)
        district.sim.say(openid="openid-小东", picture=png("same"))
    district.tick()
    assert "照片和议事1的“议题采集”、议事1的“分级”的一样" in district.say("小东", "记录 1")
    assert "“分级”的照片和记录1、议事1的“议题采集”的一样" in district.say("小东", "议事 1")
    assert "1 东桥街道新风一社区 楼道堆物怎么管，2/6 步" in district.say("小东", "议事")
    district.say("运营", "作废 1 记错了")
    assert "“分级”的照片和议事1的“议题采集”的一样" in district.say("小东", "议事 1")


def test_a_deliberation_is_of_a_community_and_seen_by_those_who_are_there_for_it(district: Stage) -> None:  # noqa: F811
    assert "按社区立档" in district.say("运营", "议事 东桥街道 楼道堆物")
    assert "不归小东负责" in district.say("小东", "议事 新风二 楼道堆物")
    assert "还差：议题" in district.say("小东", "议事 北街")
    assert "没有叫“北数”" in district.say("小东", "议事 北数 楼道堆物")
    assert "像是在问" in district.say("小东", "议事 北街 开会了吗？")
    assert "已立档" in district.say("运营", "议事 12月1日 北街 楼道堆物")
    assert "没有档案1，或者不归您看" in district.say("小西", "议事 1")
    assert "议事1是运营立的" in district.say("小东", "议事 1 分级 一般")
    assert dossier(district, "void", "1", "--why", "立错了", "--by", "运营")[0] == 0
    assert "已经作废" in district.say("运营", "议事 1 分级 一般")
    assert standing(district) is None


def test_force_majeure_says_from_when_to_when_and_which_targets(district: Stage, tmp_path: Path) -> None:  # noqa: F811
    opened = ("open", "不可抗力", "疫情封控，走访停了", "--from", "2026-11-03", "--by", "运营")
    assert "请写影响哪些指标" in dossier(district, *opened)[1]
    assert dossier(district, *opened, "--target", "visits", "--target", "trainings") == (0, "已立档：不可抗力1。")
    (tmp_path / "通知.pdf").write_bytes(b"%PDF-1.7 notice")
    told = (
        "step",
        "1",
        "书面通知",
        "发函给甲方",
        "--day",
        "11月4日",
        "--file",
        str(tmp_path / "通知.pdf"),
        "--by",
        "运营",
    )
    assert "接下来：证明材料。" in dossier(district, *told)[1]
    assert "到 2026-11-20 结束" in dossier(district, "end", "1", "2026-11-20", "--by", "运营")[1]
    assert "在开始（2026-11-03）以前" in dossier(district, "end", "1", "2026-11-01", "--by", "运营")[1]
    with district.parts.store.reading() as session:
        (found,) = dossiers.exempted(session)
        assert (found.first, found.last, found.targets) == (date(2026, 11, 3), date(2026, 11, 20), "visits trainings")
        assert exemptions(session, date(2026, 11, 10)) == [
            Exempt(date(2026, 11, 3), date(2026, 11, 20), "疫情封控，走访停了，还缺证明材料", ("visits", "trainings"))
        ]
    dossier(district, "open", "不可抗力", "没有通知", "--from", "2026-11-03", "--target", "visits", "--by", "运营")
    with district.parts.store.reading() as session:
        assert exemptions(session, LAST)[1].why == "没有通知，还缺书面通知、证明材料"
    corrected = ("correct", "1", "书面通知", "--day", "11月5日", "--by", "运营", "--why")
    assert "更正要写原因" in dossier(district, *corrected, " ")[1]
    assert dossier(district, *corrected, "函上是5日")[0] == 0
    row = json.loads(dossier(district, "show", "1", "--by", "运营", "--json")[1])[0]
    assert [(one["step"], one["day"], one["evidence"]) for one in row["steps"]] == [
        ("书面通知", "2026-11-05", 1),
        ("证明材料", None, 0),
    ]


def test_a_leak_is_for_operators_alone(district: Stage, tmp_path: Path) -> None:  # noqa: F811
    assert dossier(district, "open", "泄密事件", "名单13800138000发错群", "--by", "运营")[0] == 0
    assert "不归小东立" in dossier(district, "open", "泄密演练", "桌面推演", "--by", "小东")[1]
    assert "没有“泄密”这种档案" in dossier(district, "open", "泄密", "x", "--by", "运营")[1]
    assert dossier(district, "list", "--by", "小东") == (0, "没有档案。")
    assert "没有档案1" in dossier(district, "show", "1", "--by", "小东")[1]
    assert "没有档案1" in dossier(district, "step", "1", "通知甲方", "打了电话", "--by", "小东")[1]
    assert "名单138****8000发错群，0/2 步" in dossier(district, "list", "--by", "运营")[1]
    (tmp_path / "函.pdf").write_bytes(b"%PDF-1.7 leak")
    told = ("step", "1", "通知甲方", "打了电话", "--file", str(tmp_path / "函.pdf"), "--by", "运营")
    assert dossier(district, *told)[0] == 0
    with district.parts.store.reading() as session:
        assert archive_records.files(session, FIRST) == []
        assert proof_index.index(session, {}, FIRST, LAST) == []


# on the pages ---------------------------------------------------------------------------------------------------------


def test_the_page_opens_a_file_and_takes_its_steps_with_evidence(house: House) -> None:  # noqa: F811
    desk = house.visitor("运营")
    desk.get("/console/dossiers")
    assert desk.press("/console/dossiers", {"form": "议事", "title": "", "place": "北街"}).status_code == 422
    assert "还差：议题" in desk.text
    desk.press(
        "/console/dossiers", {"form": "议事", "title": "楼道堆物", "place": "东桥街道北街社区", "first": "2026-11-20"}
    )
    assert "已立档。" in desk.text
    told = {"step": "分级", "text": "一般议题", "day": "2026-11-19"}
    assert desk.press("/console/dossiers/1/step", told).status_code == 422
    assert "以前，请核对日期" in desk.text
    desk.press("/console/dossiers/1/step", told | {"day": "2026-11-21"}, scan=PDF)
    assert "已记下。" in desk.text
    assert "签到表.pdf" in desk.text
    desk.press("/console/dossiers/1/evidence", {"step": "议题采集"}, scan=("a.png", png("a"), "image/png"))
    assert "材料已收下。" in desk.text
    assert "一样" not in desk.text
    desk.press("/console/dossiers/1/evidence", {"step": "议题采集"}, scan=PDF)
    assert "照片和议事1的“分级”的一样" in desk.text
    assert "照片和议事1的“议题采集”的一样" in desk.text
    change = {"step": "分级", "text": "重要议题", "day": "2026-11-22", "why": "会上改了"}
    assert desk.press("/console/dossiers/1/correct", change | {"why": " "}).status_code == 422
    desk.press("/console/dossiers/1/correct", change)
    assert "更正分级：2026-11-21 一般议题→2026-11-22 重要议题。原因：会上改了" in desk.text
    assert desk.get("/console/evidence/1").content == PDF[1]
    near, far = house.visitor("联络"), house.visitor("街道")
    assert near.get("/console/evidence/1").status_code == 200
    assert far.get("/console/evidence/1").status_code == 404
    assert far.get("/console/dossiers/1").status_code == 404
    assert "泄密" not in near.get("/console/dossiers").text
    assert house.visitor("编辑").get("/console/dossiers").status_code == 403
    desk.get("/console/dossiers/1")
    desk.press("/console/dossiers/1/void", {"why": "立错了"})
    assert "已作废" in desk.get("/console/dossiers").text


@pytest.mark.one_database
def test_the_pages_fit_a_phone(house: House, page_at: PageAt) -> None:  # noqa: F811
    assert dossier(house, "open", "议事", "楼道堆物怎么管，" * 8, "--place", "北街", "--by", "运营")[0] == 0
    page = page_at(PHONE)
    page.goto(f"{house.link('运营')}?to=/console/dossiers")
    page.get_by_role("button", name="登录").click()
    page.get_by_text("议事 东桥街道北街社区").wait_for()
    assert fits(page)
    page.goto(f"{house.site}/console/dossiers/1")
    page.get_by_text("接下来：分级").wait_for()
    assert fits(page)
