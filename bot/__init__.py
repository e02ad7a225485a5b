"""The doors people use: WeChat messages, web pages, the terminal; and where everything is put together."""
