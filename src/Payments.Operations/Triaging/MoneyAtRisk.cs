using Microsoft.EntityFrameworkCore;
using Payments.Contracts;
using Payments.Operations.Querying;
using Payments.Operations.Views;

namespace Payments.Operations.Triaging;

/// <summary>
/// What is not settled yet: of the orders that a letter names, or else of all orders of its payment; of a payment that is not
/// known, what the message asks for. Settled is an order that is recorded in the books, or whose money certainly never moved
/// or has come back (the orchestrator's <c>ops_order_v1.at_risk_minor</c>).
/// </summary>
internal static class MoneyAtRisk
{
    // Each order counts once in a group; so does each payment that is not known, with the most that a letter asks for. Ended
    // letters count no more. A payment that has not ended has a deadline (payctl check), by which an index finds it.
    private const string OfGroups = """
        SELECT group_id AS "GroupId", currency AS "Currency", sum(amount)::bigint AS "AmountMinor"
        FROM (
            SELECT DISTINCT l.group_id, o.payment_id, o.order_id, o.currency, o.at_risk_minor AS amount
            FROM operations.ops_dead_letter_v1 l
            JOIN orchestrator.ops_order_v1 o
                ON o.payment_id = l.payment_id AND (cardinality(l.order_ids) = 0 OR o.order_id = ANY (l.order_ids))
            WHERE l.group_id = ANY ({0}) AND l.state IN ('open', 'replaying')
                AND o.waits_until IS NOT NULL AND o.at_risk_minor > 0
            UNION ALL
            (SELECT DISTINCT ON (l.group_id, coalesce(l.payment_id, l.letter_id))
                   l.group_id, l.payment_id, NULL, l.currency, l.amount_minor
            FROM operations.ops_dead_letter_v1 l
            WHERE l.group_id = ANY ({0}) AND l.state IN ('open', 'replaying') AND NOT l.payment_known AND l.amount_minor > 0
                AND NOT EXISTS (SELECT FROM orchestrator.ops_payment_v1 p WHERE p.payment_id = l.payment_id)
            ORDER BY l.group_id, coalesce(l.payment_id, l.letter_id), l.amount_minor DESC)
        ) AS risk
        GROUP BY group_id, currency
        ORDER BY currency
        """;

    public static async Task<ILookup<Ulid, Money>> Of(
        OpsContext ops, IReadOnlyList<Ulid> groups, CancellationToken cancellationToken)
    {
        var ids = groups.Select(g => g.ToGuid()).ToArray();
        var rows = await ops.Database.SqlQueryRaw<Row>(OfGroups, ids).ToListAsync(cancellationToken);
        return rows.ToLookup(r => Ulid.FromGuid(r.GroupId), r => Amounts.Read(r.AmountMinor, r.Currency));
    }

    /// <param name="orderIds">Those the letter names.</param>
    /// <param name="asked">What the message asks for.</param>
    /// <param name="orders">All of the payment's; null where it is not known.</param>
    public static Money? Of(IReadOnlyCollection<string> orderIds, Money? asked, IReadOnlyList<OrderView>? orders)
    {
        if (orders is null)
            return asked;
        var named = orders.Where(o => orderIds.Count == 0 || orderIds.Contains(o.OrderId)).ToList();
        return named.Count == 0 ? null : Amounts.Read(named.Sum(o => o.AtRiskMinor), named[0].Currency);
    }

    private sealed record Row(Guid GroupId, string Currency, long AmountMinor);
}
