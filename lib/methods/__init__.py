"""The paper's families of methods, a folder each; none knows another."""
