namespace Payments.Benchmark.Reporting;

/// <summary>Whether a payment's cost grows no faster than its orders: CPU ms per order at each number of orders.</summary>
/// <param name="CpuMsPerOrder">By orders per payment, ascending; the median of the runs.</param>
internal sealed record OrderGrowth(IReadOnlyList<CostPerOrder> CpuMsPerOrder)
{
    private const string Scenarios = "orders-";

    /// <summary>What the medians of the same scenario differ by from call to call.</summary>
    private const double Noise = 1.10;

    /// <summary>Each size costs per order at most what the cheapest smaller one does, noise aside.</summary>
    public bool IsAtMostLinear => Steepest is null;

    /// <summary>The first size at which an order costs more than at a smaller one.</summary>
    public int? Steepest
    {
        get
        {
            var cheapest = double.PositiveInfinity;
            foreach (var (orders, milliseconds) in CpuMsPerOrder)
            {
                if (milliseconds > cheapest * Noise)
                    return orders;
                cheapest = Math.Min(cheapest, milliseconds);
            }

            return null;
        }
    }

    /// <summary>Null unless two sizes were measured.</summary>
    public static OrderGrowth? Of(IEnumerable<ScenarioResult> results)
    {
        CostPerOrder[] costs =
        [
            .. results
                .Where(r => r.Name.StartsWith(Scenarios, StringComparison.Ordinal) && r.Violations.Count == 0)
                .Select(r => new CostPerOrder(r.OrdersPerPayment, r.CpuMs().Median / r.OrdersPerPayment))
                .OrderBy(c => c.Orders),
        ];
        return costs.Length < 2 ? null : new OrderGrowth(costs);
    }

    public override string ToString() =>
        $"CPU ms per order by orders per payment: {string.Join(", ", CpuMsPerOrder.Select(c => $"{c.Orders}: {c.Milliseconds:0.00}"))}. "
        + (Steepest is { } orders
            ? $"Cost grows faster than linearly at {orders} orders."
            : "Cost grows no faster than linearly.");
}

/// <summary>What one order of a payment costs.</summary>
internal sealed record CostPerOrder(int Orders, double Milliseconds);
