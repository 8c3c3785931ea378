"""The pages for the browser: reports/ built from the published snapshot into the data folder, and served on loopback.

Here belongs what runs before, around and after the page builder. What a page shows stands in reports/, its texts in
seeds/labels_of_pages.csv.
"""
