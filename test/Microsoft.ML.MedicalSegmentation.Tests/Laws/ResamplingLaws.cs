using CsCheck;

namespace Microsoft.ML.MedicalSegmentation.Laws;

[TestClass]
public class ResamplingLaws
{
    private static readonly Gen<Vector3D> _spacings = Gen.Double[0.3, 5].Array[3].Select(s => new Vector3D(s[0], s[1], s[2]));

    [TestMethod]
    public void ResampleTo_TheOwnGrid_ChangesNothing()
        => AnyVolume.Single.Sample(volume =>
        {
            var same = volume.ResampleTo(volume.Shape, volume.Geometry).ToSingle();
            return same.Voxels.ToArray().Zip(volume.Voxels.ToArray()).All(pair => Math.Abs(pair.First - pair.Second) < 1e-3);
        });

    [TestMethod]
    public void Resample_OfOneValue_GivesThatValueEverywhere()
        => Gen.Select(AnyVolume.Shape, AnyVolume.Geometry, Gen.Float[-1000, 1000], _spacings).Sample((shape, geometry, value, spacing) =>
        {
            var voxels = new float[shape.Count];
            Array.Fill(voxels, value);
            var resampled = Volume.Create(voxels, shape, geometry).Resample(spacing).ToSingle();
            return resampled.Voxels.ToArray().All(voxel => Math.Abs(voxel - value) <= 1e-3 * Math.Max(1, Math.Abs(value)));
        });

    [TestMethod]
    public void Resample_GivesTheSpacingThatWasWanted_AndTheSameDirections() =>
        Gen.Select(AnyVolume.Single, _spacings)
            .Sample(
                (volume, spacing) =>
                {
                    var resampled = volume.Resample(spacing);
                    return (resampled.Geometry.Spacing - spacing).Length < 1e-9
                        && Enumerable
                            .Range(0, 3)
                            .All(axis =>
                                IsParallel(volume.Geometry.IndexToWorld.Column(axis), resampled.Geometry.IndexToWorld.Column(axis))
                            );
                }
            );

    [TestMethod]
    public void Resample_OfLabels_MakesNoNewLabel()
        => Gen.Select(AnyVolume.Labels, _spacings).Sample((labels, spacing)
            => !labels.Resample(spacing).Voxels.Bytes.ToArray().Except(labels.Voxels.Bytes.ToArray()).Any());

    [TestMethod]
    public void CropOrPad_ToAWindow_KeepsEveryVoxelAtItsPlaceInThePatient() =>
        Gen.Select(AnyVolume.Single, Gen.Int[-3, 3].Array[3], Gen.Int[1, 12].Array[3])
            .Sample(
                (volume, start, sides) =>
                {
                    var window = new VolumeRegion(start[0], start[1], start[2], sides[0], sides[1], sides[2]);
                    var cropped = volume.CropOrPad(window);
                    var corner =
                        cropped.Geometry.IndexToWorld.Apply(default)
                        - volume.Geometry.IndexToWorld.Apply(new(start[0], start[1], start[2]));
                    return corner.Length < 1e-6 && cropped.Shape == new VolumeShape(1, sides[2], sides[1], sides[0]);
                }
            );

    private static bool IsParallel(Vector3D a, Vector3D b) =>
        Math.Abs(Vector3D.Dot(a, b) - (a.Length * b.Length)) < 1e-9 * a.Length * b.Length;
}
