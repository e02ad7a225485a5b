"""Time and the outside world: the gateway to WeChat, drafts, publishing, figures, alarms."""
