"""What no API can set (手工项): who does it in the back office, and where to click, as a numbered list."""

from __future__ import annotations

from collections.abc import Iterator

from content.article import DECLARATION
from content.models import Post

# WeChat, draft/add page: no field exists for any of these; the names of the buttons are those of its back office
WHERE = {
    DECLARATION: "在正文下方“创作来源”选“内容由AI生成”",
    "原创": "在正文下方打开“原创”，核对作者，点“确定”",
    "合集": "在正文下方“合集”里选要放进的合集，点“确认”",
    "视频": "把光标放到正文里该放视频的地方，点上方“视频”，选视频号或素材库里的那一条",
    "投票": "把光标放到正文里该放投票的地方，点上方“投票”，选已经建好的投票",
    "赞赏": "在正文下方打开“赞赏”，选赞赏账户",
}
ELSEWHERE = "在编辑页里设置好"


def checklist(post: Post) -> list[str]:
    """Return what people must do with a post's draft before it is out, a line each, numbered from 1."""
    steps = [
        "运营登录 mp.weixin.qq.com，打开“内容管理”里的“草稿箱”，点开这一条。",
        *_settings(post),
        "正文的文字不要改；要改就改稿件，重新送审。点“保存为草稿”。",
        f"到{'' if post.due_at else '合适的'}时间按“发表”，{'打开' if post.notify else '关掉'}“群发通知”，由管理员或运营者扫码确认。",
        f"给公众号发：已发 {post.articles[0].id} 链接（没有链接就只发：已发 {post.articles[0].id}）。"
        if post.articles
        else "记下已经发出。",
    ]
    return [f"{number}. {step}" for number, step in enumerate(steps, start=1)]


def _settings(post: Post) -> Iterator[str]:
    for article in post.articles:
        which = f"第 {article.position} 篇“{article.title}”的" if len(post.articles) > 1 else ""
        for item in filter(None, article.by_hand.split("、")):
            where = next((where for what, where in WHERE.items() if what in item.replace(" ", "")), ELSEWHERE)
            yield f"{which}{item}：{where}。"
