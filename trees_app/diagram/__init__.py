"""The diagram of a flow: boxes are measured, laid out, joined by lines, written as SVG."""
