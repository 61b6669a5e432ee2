using Payments.Contracts;

namespace Payments.Orchestrator.Requesting;

public sealed class IntakeJudgeTests
{
    private static readonly Ulid Id = Ulid.NewUlid();
    private static readonly Ulid Original = Ulid.NewUlid();
    private static readonly byte[] Hash = [.. Enumerable.Repeat((byte)1, 32)];
    private static readonly byte[] OtherHash = [.. Enumerable.Repeat((byte)2, 32)];

    private static readonly RequestReading Valid = ((ValidRequest)Requests.Valid().Read()) with
    {
        PaymentId = Id,
        MerchantId = "m",
        IdempotencyKey = "k",
        Hash = Hash,
    };

    private static readonly RequestReading Broken = new BrokenRequest([]) { PaymentId = Id, Hash = Hash };

    private static readonly KnownPayment Itself =
        new("m", "k", Hash, Ulid.NewUlid(), ((ValidRequest)Requests.Valid().Read()).Request);

    private static readonly KeyOwner OwnedByItself = new(Id, Hash);
    private static readonly KeyOwner OwnedBySame = new(Original, Hash);
    private static readonly KeyOwner OwnedByOther = new(Original, OtherHash);
    private static readonly KnownAlias AliasOfOwner = new(Original, "m");
    private static readonly KnownRejection Rejected = new("m", Hash, Ulid.NewUlid());

    private static readonly Dictionary<string, (RequestReading, IntakeRows, IntakeVerdict)> Table = new()
    {
        ["new"] = (Valid, new(), IntakeVerdict.Start),
        ["repeated"] = (Valid, new(OwnedByItself, Itself), IntakeVerdict.StartAgain),
        ["other body, same id and key"] =
            (Valid, new(new(Id, OtherHash), Itself with { RequestHash = OtherHash }), IntakeVerdict.Refuse),
        ["same body, id known under another key"] =
            (Valid, new(null, Itself with { IdempotencyKey = "k2" }), IntakeVerdict.Refuse),
        ["same body, id known to another merchant"] =
            (Valid, new(null, Itself with { MerchantId = "m2" }), IntakeVerdict.Refuse),
        ["id known, key of a third payment"] =
            (Valid, new(OwnedBySame, Itself with { IdempotencyKey = "k2" }), IntakeVerdict.Refuse),
        ["same request, other id"] = (Valid, new(OwnedBySame), IntakeVerdict.Alias),
        ["same request, other id, repeated"] = (Valid, new(OwnedBySame, Alias: AliasOfOwner), IntakeVerdict.AliasAgain),
        ["alias id, other body"] = (Valid, new(OwnedByOther, Alias: AliasOfOwner), IntakeVerdict.Refuse),
        ["alias id, other key"] = (Valid, new(Alias: AliasOfOwner), IntakeVerdict.Refuse),
        ["alias id, key of a third payment"] =
            (Valid, new(new(Ulid.NewUlid(), Hash), Alias: AliasOfOwner), IntakeVerdict.Refuse),
        ["other request under the key"] = (Valid, new(OwnedByOther), IntakeVerdict.Reject),
        ["other request under the key, repeated"] =
            (Valid, new(OwnedByOther, Rejection: Rejected), IntakeVerdict.RejectAgain),
        ["corrected request under a rejected id"] =
            (Valid, new(Rejection: Rejected with { RequestHash = OtherHash }), IntakeVerdict.Refuse),
        ["rejected request that the rules now allow"] = (Valid, new(Rejection: Rejected), IntakeVerdict.Refuse),
        ["rejected id, same request as its key's owner"] =
            (Valid, new(OwnedBySame, Rejection: Rejected), IntakeVerdict.Refuse),
        ["broken"] = (Broken, new(), IntakeVerdict.Reject),
        ["broken, repeated"] = (Broken, new(Rejection: Rejected), IntakeVerdict.RejectAgain),
        ["broken in another way, rejected id"] =
            (Broken, new(Rejection: Rejected with { RequestHash = OtherHash }), IntakeVerdict.Refuse),
        ["broken, id of a payment"] = (Broken, new(null, Itself), IntakeVerdict.Refuse),
        ["broken, id of an alias"] = (Broken, new(null, Alias: AliasOfOwner), IntakeVerdict.Refuse),
        ["broken, no id"] = (Broken with { PaymentId = null }, new(), IntakeVerdict.RejectNameless),
    };

    public static TheoryData<string> Cases => [.. Table.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Judge_EveryCase_IsDecidedOneWay(string name)
    {
        var (reading, rows, verdict) = Table[name];

        IntakeJudge.Judge(reading, rows).ShouldBe(verdict);
    }
}
