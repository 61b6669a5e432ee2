using Npgsql;
using Payments.Cli.Checking.Evidence;
using Payments.Cli.Checking.Rules;

namespace Payments.Cli.Checking;

/// <summary>
/// The invariants, checked over the services' <c>ops</c> views and the sandbox's own book, while payments run.
/// </summary>
/// <remarks>
/// The cut: first the sagas' versions, then the books at one moment, and the sandbox's book after it, then the versions
/// again. A payment that is terminal and has the same version all three times is settled: its books are compared. Every
/// other one is moving, and its part is taken out of both sides of the totals. The comparison per payment holds where
/// services have databases of their own, too; the totals need the one moment. All is read in ranges of payment ids, the
/// earlier moments as repeatable-read snapshots: memory does not grow with the payments.
/// </remarks>
public static class InvariantCheckers
{
    /// <summary>Runs every checker; those over the sandbox's book only where its address is given.</summary>
    /// <param name="opsConnectionString">A role that may read the <c>ops</c> views: <c>ops_reader</c>.</param>
    /// <param name="sandboxUri">The sandbox's base address.</param>
    /// <param name="cancellationToken">Ends the run; there are no partial results.</param>
    /// <exception cref="NpgsqlException">The database is out of reach, or a view is missing.</exception>
    /// <exception cref="HttpRequestException">The sandbox is out of reach.</exception>
    public static async Task<IReadOnlyList<CheckResult>> Run(
        string opsConnectionString, Uri? sandboxUri, CancellationToken cancellationToken = default)
    {
        await using var database = NpgsqlDataSource.Create(opsConnectionString);
        await using var before = await Snapshot.Take(database, same: null, cancellationToken);
        await using var books = await Snapshot.Take(database, same: null, cancellationToken);
        await using var beside = await Snapshot.Take(database, same: books, cancellationToken);
        var charges = sandboxUri is null ? null : await SandboxBook.Read(sandboxUri, cancellationToken);
        await using var after = await database.OpenConnectionAsync(cancellationToken);

        using var failed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var adding = new TotalsReader(beside.Connection).Read(failed.Token);
        var checkers = Create(charges is not null);
        var reader = new BooksReader(before.Connection, books.Connection, after, charges);
        try
        {
            await foreach (var payment in reader.ReadPayments(cancellationToken))
                Examine(checkers, payment);
        }
        catch
        {
            // Its connection is not to be closed under it.
            await failed.CancelAsync();
            await ((Task)adding).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }

        var totals = await adding;
        if (charges is not null)
        {
            var known = await new Versions(after).Known(charges.Payments(), cancellationToken);
            totals = totals with { StrayCharges = charges.Stray(known) };
        }

        return Conclude(checkers, totals);
    }

    /// <summary>The checkers, fed with evidence from anywhere: tests feed them rows.</summary>
    internal static IReadOnlyList<CheckResult> Evaluate(IEnumerable<PaymentEvidence> payments, Totals totals)
    {
        var checkers = Create(withSandbox: true);
        foreach (var payment in payments)
            Examine(checkers, payment);
        return Conclude(checkers, totals);
    }

    private static Checker[] Create(bool withSandbox)
    {
        Checker[] always =
        [
            new OrdersMatchPayment(), new NothingHangs(), new JournalsBalance(), new WalletsNotNegative(),
            new SellersBooksAgree(), new PspBooksAgree(), new OrdersBookedOnce(), new EveryRowHasPayment(),
        ];
        return withSandbox ? [new OneChargePerOrder(), .. always] : always;
    }

    private static void Examine(Checker[] checkers, PaymentEvidence payment)
    {
        foreach (var checker in checkers)
            checker.Examine(payment);
    }

    private static CheckResult[] Conclude(Checker[] checkers, Totals totals)
    {
        foreach (var checker in checkers)
            checker.Examine(totals);
        return [.. checkers.Select(c => c.Result)];
    }
}
