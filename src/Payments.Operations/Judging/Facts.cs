using Payments.Contracts;
using Payments.Operations.Views;

namespace Payments.Operations.Judging;

/// <summary>What is known of a letter's work at one moment: rows, and nothing concluded from them.</summary>
internal sealed record Facts
{
    /// <summary>Database clock.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>The delivery of this message to this queue was settled.</summary>
    public InboxFact? Inbox { get; init; }

    /// <summary>Of this letter.</summary>
    public DeadLetterReplayView? LastReplay { get; init; }

    public PaymentView? Payment { get; init; }

    /// <summary>All of the payment's.</summary>
    public IReadOnlyList<OrderView> Orders { get; init; } = [];

    /// <summary>Under the message's operation id.</summary>
    public WalletsOperationView? Wallets { get; init; }

    /// <summary>Under the message's operation id.</summary>
    public LedgerOperationView? Ledger { get; init; }

    /// <summary>Under the message's operation id.</summary>
    public PspOperationView? Operation { get; init; }

    /// <summary>Of the same order, under other operation ids.</summary>
    public IReadOnlyList<PspOperationView> OtherRefunds { get; init; } = [];

    public WebhookView? Webhook { get; init; }

    /// <summary>What the seller's wallet may take, by the last setting.</summary>
    public SellerView? Seller { get; init; }

    /// <summary>Of the open letters that would set what the seller's wallet may take, the one sent last.</summary>
    public SettingLetter? NewestSetting { get; init; }

    /// <summary>The payment that the request's payment id stands for.</summary>
    public IntakeView? Intake { get; init; }

    /// <summary>The payment that was started under the request's key.</summary>
    public IntakeView? KeyOwner { get; init; }

    /// <summary>The request's payment id is another name of a payment.</summary>
    public AliasView? Alias { get; init; }

    /// <summary>The request's payment id is that of a rejected request.</summary>
    public IntakeRejectionView? Rejection { get; init; }
}

/// <summary>A settled delivery.</summary>
/// <param name="SettledAt">The database clock of its service.</param>
/// <param name="Answers">Types of what was said in answer, as far as it is still kept.</param>
internal sealed record InboxFact(DateTimeOffset SettledAt, IReadOnlyList<string> Answers);

/// <summary>A letter that would set what a seller's wallet may take.</summary>
/// <param name="LetterId">The letter.</param>
/// <param name="MessageId">As inboxes have it; it says when the message was sent.</param>
internal sealed record SettingLetter(Ulid LetterId, Ulid MessageId);
