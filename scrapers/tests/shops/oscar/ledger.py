"""The shop's own list of orders, as JSON: number, address, lines of UPC and quantity."""
import json
import os
import sqlite3

shop = sqlite3.connect(os.path.join(os.environ["SHOP_FOLDER"], "shop.sqlite3"))
orders = shop.execute(
    "select o.id, o.number, a.line1 from order_order o"
    " join order_shippingaddress a on a.id = o.shipping_address_id order by o.id"
)
lines = "select upc, quantity from order_line where order_id = ? order by id"
print(
    json.dumps(
        [
            {"number": number, "address": line1, "lines": shop.execute(lines, [id]).fetchall()}
            for id, number, line1 in orders.fetchall()
        ]
    )
)
