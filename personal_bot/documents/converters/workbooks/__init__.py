"""Reads XLSX and XLS: values as people see them, and computed formulas."""
