"""Every source of data becomes one `Dataset`; what is downloaded, and from where."""
