"""The executed report as a site to browse: chapters, tables, glossary, bibliography, downloads."""
