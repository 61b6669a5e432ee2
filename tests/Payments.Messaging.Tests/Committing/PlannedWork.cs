using Npgsql;
using Payments.Contracts;

namespace Payments.Messaging.Tests.Committing;

/// <summary>What a piece of work does, and so how it must end.</summary>
internal enum WorkKind
{
    /// <summary>A delivery with effects that need no rows.</summary>
    Decided,

    /// <summary>A delivery that decides over locked rows.</summary>
    Deciding,

    /// <summary>A delivery that decides over rows that nobody has locked, and not at once, as a saga's does.</summary>
    DecidingLater,

    /// <summary>A delivery that changes rows in memory, on which its neighbours decide as well.</summary>
    DecidingTogether,

    /// <summary>A delivery whose rows were read before and may have changed: it reads and decides again.</summary>
    Versioned,

    /// <summary>A delivery that breaks a constraint.</summary>
    Forbidden,

    /// <summary>A delivery that the commit refuses, when it has been written.</summary>
    ForbiddenLate,

    /// <summary>A delivery whose text has a NUL.</summary>
    Unspeakable,

    /// <summary>A delivery whose id is older than the inbox.</summary>
    Forgotten,

    /// <summary>A delivery whose decision throws.</summary>
    Undecidable,

    /// <summary>A delivery whose decision is cancelled.</summary>
    Cancelled,

    /// <summary>A delivery whose decision throws when it has changed rows in memory, on which its neighbours decide as well.</summary>
    UndecidableTogether,

    /// <summary>A delivery with a write that no writer knows.</summary>
    Unwritable,

    /// <summary>A step of a delivery, before a call.</summary>
    Step,

    /// <summary>Local work, with messages for the outbox.</summary>
    Local,

    /// <summary>Local work with messages, that breaks a constraint.</summary>
    LocalForbidden,

    /// <summary>Local work with messages, over rows that have changed.</summary>
    LocalStale,
}

/// <summary>A decision that throws; the number says whose it was.</summary>
internal sealed class UndecidableException(int number) : Exception($"Work {number} cannot be decided.");

/// <summary>How one copy of a piece of work ended.</summary>
internal sealed record Ending(PlannedWork Work, CommitResult? Result, Exception? Error);

/// <summary>A piece of work of a plan: a delivery may come in several copies at once, and again later.</summary>
/// <param name="Number">From zero.</param>
/// <param name="Kind">What it does.</param>
/// <param name="Origin">Where it comes from.</param>
/// <param name="Payment">Work of one payment is to be done one after the other.</param>
/// <param name="Account">What it changes.</param>
/// <param name="Amount">By how much.</param>
/// <param name="Says">How many messages.</param>
internal sealed record PlannedWork(int Number, WorkKind Kind, Origin Origin, Ulid Payment, string Account, int Amount, int Says)
{
    private const int SlowEvery = 25;

    /// <summary>Unlike that of its origin, it is there for local work as well.</summary>
    public Guid Id { get; } = Ulid.NewUlid().ToGuid();

    public bool IsSettled => Kind is WorkKind.Decided or WorkKind.Deciding or WorkKind.DecidingLater
        or WorkKind.DecidingTogether or WorkKind.Versioned;

    /// <summary>Work that shares its rows with its neighbours needs no turn: they are decided one after the other anyway.</summary>
    public bool TakesTurns => Kind is not (WorkKind.DecidingTogether or WorkKind.UndecidableTogether);

    public bool IsMarked => Kind is WorkKind.Step or WorkKind.Local;

    public static PlannedWork Draw(Random random, int number, string consumer, Ulid[] payments, string[] accounts)
    {
        // Most of it goes well; the rest is some of everything. Those who decide together have an account of their own: the
        // writes of others to it would break their guard and have each group halved.
        var kind = random.Next(4) > 0 ? (WorkKind)random.Next(5) : (WorkKind)random.Next(Enum.GetValues<WorkKind>().Length);
        return new PlannedWork(
            number,
            kind,
            OriginOf(kind, consumer),
            payments[random.Next(payments.Length)],
            accounts[kind is WorkKind.DecidingTogether or WorkKind.UndecidableTogether ? ^1 : random.Next(accounts.Length - 1)],
            random.Next(1, 1000),
            kind == WorkKind.Step ? 0 : random.Next(4));
    }

    /// <summary>A delivery as a consumer does it: in its turn, and then its messages are sent. Everything else is committed alone.</summary>
    public async Task<Ending> Do(RealCommitter process, BooksObserver books)
    {
        CommitResult? result = null;
        try
        {
            if (Origin.Kind != OriginKind.Delivery)
                await Attempt();
            else if (TakesTurns)
                await process.Deliveries.Settle(Payment.ToGuid(), () => process.Turns.Take(Payment, Attempt));
            else
                await process.Deliveries.SettleTogether(Payment.ToGuid(), Attempt);
            return new Ending(this, result, null);
        }
        catch (Exception exception)
        {
            return new Ending(this, null, exception);
        }

        async Task<CommitResult> Attempt() => result = await Commit(process.Committer, books);
    }

    public void ShouldHaveFailedWith(Exception? error)
    {
        switch (Kind)
        {
            case WorkKind.Forbidden or WorkKind.LocalForbidden:
                error.ShouldBeOfType<PostgresException>().ConstraintName.ShouldBe("toy_entry_amount_check");
                break;
            case WorkKind.ForbiddenLate:
                error.ShouldBeOfType<PostgresException>().ConstraintName.ShouldBe("toy_entry_late");
                break;
            case WorkKind.Cancelled:
                error.ShouldBeOfType<InvalidOperationException>().InnerException.ShouldBeAssignableTo<OperationCanceledException>();
                break;
            case WorkKind.Unspeakable:
                error.ShouldBeOfType<PostgresException>().SqlState.ShouldBe(PostgresErrorCodes.CharacterNotInRepertoire);
                break;
            case WorkKind.Forgotten:
                error.ShouldBeOfType<PostgresException>().MessageText.ShouldContain("no partition of relation \"inbox\"");
                break;
            case WorkKind.Undecidable or WorkKind.UndecidableTogether:
                error.ShouldBeOfType<UndecidableException>().Message.ShouldBe(new UndecidableException(Number).Message);
                break;
            case WorkKind.Unwritable:
                error.ShouldBeOfType<InvalidOperationException>().Message.ShouldContain(nameof(Committing.Unwritable));
                break;
            default:
                error.ShouldBeNull();
                break;
        }
    }

    private static Origin OriginOf(WorkKind kind, string consumer) => kind switch
    {
        WorkKind.Local or WorkKind.LocalForbidden or WorkKind.LocalStale => Origin.Local,
        WorkKind.Forgotten => Origin.Delivery(Ulid.NewUlid(DateTimeOffset.UnixEpoch.AddYears(40)).ToGuid(), consumer),
        WorkKind.Step => Origin.Delivery(Ulid.NewUlid().ToGuid(), consumer) with { Kind = OriginKind.Step },
        _ => Origin.Delivery(Ulid.NewUlid().ToGuid(), consumer),
    };

    /// <summary>Each copy says it under ids of its own: only one copy's may become durable.</summary>
    private async Task<CommitResult> Commit(Committer committer, BooksObserver books)
    {
        switch (Kind)
        {
            case WorkKind.Deciding or WorkKind.Undecidable:
                return await committer.Commit(Origin, new Decision<string, Account>(Ulid.NewUlid(), Account, Decide));
            case WorkKind.DecidingLater or WorkKind.Cancelled:
                return await committer.Commit<Glance, Account>(Origin, new Glance(Account), DecideLater);
            case WorkKind.DecidingTogether or WorkKind.UndecidableTogether:
                return await committer.Commit(Origin, new Decision<Common, CommonAccount>(Ulid.NewUlid(), new Common(Account), DecideTogether));
            case WorkKind.Versioned:
                return await committer.Commit(Origin, Decide(await books.Read(Account)));
            default:
                return await committer.Commit(Origin, Decide(null));
        }
    }

    private async ValueTask<Effects> DecideLater(Account read)
    {
        await Task.Yield();
        return Kind == WorkKind.Cancelled ? throw new TaskCanceledException() : Decide(read);
    }

    private Effects DecideTogether(CommonAccount account)
    {
        account.Add(Amount);
        return Kind == WorkKind.UndecidableTogether
            ? throw new UndecidableException(Number)
            : Say().Write(Post()).Write(new Save(account));
    }

    private Post Post() => new(Id, Account, Amount, Number % SlowEvery == 0 ? Committing.Post.Slow : "");

    private Effects Say()
    {
        var effects = new Effects(Ulid.NewUlid());
        for (var n = 0; n < Says; n++)
            effects.Publish(new SellerUpdated { SellerId = $"{Number}/{n}", Closed = false });
        return effects;
    }

    private Effects Decide(Account? read)
    {
        var effects = Say();
        return Kind switch
        {
            WorkKind.Decided => effects.Write(Post()).Write(new Add(Account, Amount)),
            WorkKind.Deciding or WorkKind.DecidingLater or WorkKind.Versioned => effects.Write(Post())
                .Write(new Set(Account, read!.Version, read.Sum + Amount)),
            WorkKind.Forbidden => effects.Write(new Post(Id, Account, -Amount)).Write(new Add(Account, Amount)),
            WorkKind.ForbiddenLate => effects.Write(new Post(Id, Account, Amount, Committing.Post.Late)).Write(new Add(Account, Amount)),
            WorkKind.Unspeakable => effects.Write(new Post(Id, Account, Amount, "\0")).Write(new Add(Account, Amount)),
            WorkKind.Forgotten => effects.Write(new Post(Id, Account, Amount)).Write(new Add(Account, Amount)),
            WorkKind.Undecidable => throw new UndecidableException(Number),
            WorkKind.Unwritable => effects.Write(new Post(Id, Account, Amount)).Write(new Unwritable()),
            WorkKind.Step or WorkKind.Local => effects.Write(new Mark(Id)),
            WorkKind.LocalForbidden => effects.Write(new Mark(Id)).Write(new Post(Id, Account, -Amount)),
            WorkKind.LocalStale => effects.Write(new Mark(Id)).Write(new Set(Account, Version: 0, Amount)),
            _ => throw new ArgumentOutOfRangeException(nameof(read), Kind, message: null),
        };
    }
}
